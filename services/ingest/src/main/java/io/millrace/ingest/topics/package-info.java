/** The topics that ingest makes and keeps as the design wants them. */
@NullMarked
package io.millrace.ingest.topics;

import org.jspecify.annotations.NullMarked;
