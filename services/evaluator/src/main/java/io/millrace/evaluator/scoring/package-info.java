/** Runs models over held-out rows, and looks whether they can be served. */
@NullMarked
package io.millrace.evaluator.scoring;

import org.jspecify.annotations.NullMarked;
