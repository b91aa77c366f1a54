/** From examples and labels to vectors, rows and panes: the transformer's topology. */
@NullMarked
package io.millrace.transformer.stream;

import org.jspecify.annotations.NullMarked;
