/** Tests. */
@NullMarked
package io.millrace.evaluator.registry;

import org.jspecify.annotations.NullMarked;
