/** Vectors become predictions, each exactly once. */
@NullMarked
package io.millrace.serving.stream;

import org.jspecify.annotations.NullMarked;
