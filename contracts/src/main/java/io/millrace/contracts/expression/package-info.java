/** CEL: the one evaluator for every derived value. */
@NullMarked
package io.millrace.contracts.expression;

import org.jspecify.annotations.NullMarked;
