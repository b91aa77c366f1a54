/** Builds ONNX models node by node; equal calls give equal bytes. */
@NullMarked
package io.millrace.onnx.graph;

import org.jspecify.annotations.NullMarked;
