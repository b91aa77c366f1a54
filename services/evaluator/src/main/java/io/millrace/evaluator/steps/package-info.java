/** The evaluator's steps of a run: the verdict, and its execution. */
@NullMarked
package io.millrace.evaluator.steps;

import org.jspecify.annotations.NullMarked;
