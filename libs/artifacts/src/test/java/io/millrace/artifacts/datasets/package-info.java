/** Tests of the frozen rows of a run. */
@NullMarked
package io.millrace.artifacts.datasets;

import org.jspecify.annotations.NullMarked;
