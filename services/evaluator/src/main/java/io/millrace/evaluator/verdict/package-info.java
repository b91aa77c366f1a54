/** Decides from scored rows whether a candidate is good enough. */
@NullMarked
package io.millrace.evaluator.verdict;

import org.jspecify.annotations.NullMarked;
