/** Panes: what is kept of an entity's labels, and every windowed feature as a function of it. */
@NullMarked
package io.millrace.features.panes;

import org.jspecify.annotations.NullMarked;
