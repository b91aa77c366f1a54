/** What became of every record, counted exactly. */
@NullMarked
package io.millrace.validator.counts;

import org.jspecify.annotations.NullMarked;
