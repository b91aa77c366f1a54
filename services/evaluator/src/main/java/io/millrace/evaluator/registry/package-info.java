/** The model registry: what the topic {@code millrace.models} says, over HTTP. */
@NullMarked
package io.millrace.evaluator.registry;

import org.jspecify.annotations.NullMarked;
