/** Tests of the transform step. */
@NullMarked
package io.millrace.transformer.fit;

import org.jspecify.annotations.NullMarked;
