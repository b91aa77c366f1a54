/** The pipeline file: YAML text to a valid pipeline, or every problem with its line and fix. */
@NullMarked
package io.millrace.contracts.file;

import org.jspecify.annotations.NullMarked;
