/** Tree ensembles as ONNX. */
@NullMarked
package io.millrace.onnx.trees;

import org.jspecify.annotations.NullMarked;
