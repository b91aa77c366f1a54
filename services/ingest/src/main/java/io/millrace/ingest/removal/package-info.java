/** Removes pipelines, or all but their files. */
@NullMarked
package io.millrace.ingest.removal;

import org.jspecify.annotations.NullMarked;
