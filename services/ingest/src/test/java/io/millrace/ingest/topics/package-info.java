/** Topics as ingest wants them. */
@NullMarked
package io.millrace.ingest.topics;

import org.jspecify.annotations.NullMarked;
