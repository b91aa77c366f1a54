/** Tests of what its name says. */
@NullMarked
package io.millrace.monitor.page;

import org.jspecify.annotations.NullMarked;
