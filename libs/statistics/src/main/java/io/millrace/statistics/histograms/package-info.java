/** Counts that can be added up in any order: of values, of scores by label, of errors. */
@NullMarked
package io.millrace.statistics.histograms;

import org.jspecify.annotations.NullMarked;
