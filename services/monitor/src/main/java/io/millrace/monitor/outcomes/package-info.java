/** Joins predictions with their labels, and counts them by window; one task a partition. */
@NullMarked
package io.millrace.monitor.outcomes;

import org.jspecify.annotations.NullMarked;
