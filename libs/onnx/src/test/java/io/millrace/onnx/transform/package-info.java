/** Tests of the transforms' graphs. */
@NullMarked
package io.millrace.onnx.transform;

import org.jspecify.annotations.NullMarked;
