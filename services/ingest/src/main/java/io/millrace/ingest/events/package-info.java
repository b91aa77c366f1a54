/** Events by HTTP: JSON in any of three forms becomes acknowledged records. */
@NullMarked
package io.millrace.ingest.events;

import org.jspecify.annotations.NullMarked;
