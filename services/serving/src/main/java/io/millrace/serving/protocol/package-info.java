/** The Open Inference Protocol (V2) and TensorFlow Serving's REST (V1), as values. */
@NullMarked
package io.millrace.serving.protocol;

import org.jspecify.annotations.NullMarked;
