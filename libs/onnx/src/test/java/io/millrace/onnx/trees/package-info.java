/** Tests of trees as ONNX, against XGBoost itself. */
@NullMarked
package io.millrace.onnx.trees;

import org.jspecify.annotations.NullMarked;
