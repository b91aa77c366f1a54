/** From the fields of examples to what a model takes. */
@NullMarked
package io.millrace.serving.features;

import org.jspecify.annotations.NullMarked;
