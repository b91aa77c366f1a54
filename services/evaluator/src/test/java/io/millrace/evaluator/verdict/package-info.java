/** Tests. */
@NullMarked
package io.millrace.evaluator.verdict;

import org.jspecify.annotations.NullMarked;
