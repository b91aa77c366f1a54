/** The whole system on one machine: its processes, and the commands of {@code ./millrace}. */
@NullMarked
package io.millrace.local;

import org.jspecify.annotations.NullMarked;
