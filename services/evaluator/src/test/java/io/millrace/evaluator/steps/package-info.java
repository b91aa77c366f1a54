/** Tests. */
@NullMarked
package io.millrace.evaluator.steps;

import org.jspecify.annotations.NullMarked;
