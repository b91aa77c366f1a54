/** Tests. */
@NullMarked
package io.millrace.evaluator;

import org.jspecify.annotations.NullMarked;
