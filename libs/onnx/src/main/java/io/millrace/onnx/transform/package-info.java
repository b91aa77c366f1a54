/** Fitted transforms, and the graphs that replay them in training and in serving alike. */
@NullMarked
package io.millrace.onnx.transform;

import org.jspecify.annotations.NullMarked;
