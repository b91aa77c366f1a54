/** The pipeline file: one prediction problem, as records. */
@NullMarked
package io.millrace.contracts.pipeline;

import org.jspecify.annotations.NullMarked;
