/** Rows become immutable Parquet parts, each announced exactly once. */
@NullMarked
package io.millrace.transformer.parts;

import org.jspecify.annotations.NullMarked;
