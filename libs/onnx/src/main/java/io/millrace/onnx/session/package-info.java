/** Runs ONNX models. */
@NullMarked
package io.millrace.onnx.session;

import org.jspecify.annotations.NullMarked;
