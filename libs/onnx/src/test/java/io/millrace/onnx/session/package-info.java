/** Tests of the sessions. */
@NullMarked
package io.millrace.onnx.session;

import org.jspecify.annotations.NullMarked;
