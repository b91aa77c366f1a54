/**
 * Reads the events of files: Parquet, CSV and JSON, each record whole or not at all. What a file
 * means is said by the pipeline and by options, never guessed from the file.
 */
@NullMarked
package io.millrace.local.replay.files;

import org.jspecify.annotations.NullMarked;
