/** The transform step of a run: rows frozen, constants found, the transform as ONNX. */
@NullMarked
package io.millrace.transformer.fit;

import org.jspecify.annotations.NullMarked;
