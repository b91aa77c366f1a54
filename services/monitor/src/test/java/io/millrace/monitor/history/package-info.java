/** Tests of what its name says. */
@NullMarked
package io.millrace.monitor.history;

import org.jspecify.annotations.NullMarked;
