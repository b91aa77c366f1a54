/** The steps of a run, from a training request to a verdict. */
@NullMarked
package io.millrace.contracts.runs;

import org.jspecify.annotations.NullMarked;
