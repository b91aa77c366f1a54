/** Tests of what its name says. */
@NullMarked
package io.millrace.monitor.lag;

import org.jspecify.annotations.NullMarked;
