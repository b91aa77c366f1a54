/** The frozen rows of a run: which they are, which are held out, and how they are read. */
@NullMarked
package io.millrace.artifacts.datasets;

import org.jspecify.annotations.NullMarked;
