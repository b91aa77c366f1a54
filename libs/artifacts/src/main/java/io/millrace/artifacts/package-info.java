/** The immutable, content-addressed store of artifacts, and rows as Parquet files. */
@NullMarked
package io.millrace.artifacts;

import org.jspecify.annotations.NullMarked;
