/** Tests. */
@NullMarked
package io.millrace.evaluator.scoring;

import org.jspecify.annotations.NullMarked;
