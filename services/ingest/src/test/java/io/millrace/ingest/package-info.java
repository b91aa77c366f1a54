/** Ingest as a whole: the packaged service against a real broker and a real registry. */
@NullMarked
package io.millrace.ingest;

import org.jspecify.annotations.NullMarked;
