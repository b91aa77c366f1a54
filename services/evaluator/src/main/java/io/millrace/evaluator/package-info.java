/** Judges candidates, publishes what passes, and tells which model is live. */
@NullMarked
package io.millrace.evaluator;

import org.jspecify.annotations.NullMarked;
