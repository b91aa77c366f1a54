/** How well predictions agree with what came: the metrics of the pipeline file. */
@NullMarked
package io.millrace.statistics.metrics;

import org.jspecify.annotations.NullMarked;
