/** Judges the events of streams: valid ones go on once, all others are accounted for. */
@NullMarked
package io.millrace.validator;

import org.jspecify.annotations.NullMarked;
