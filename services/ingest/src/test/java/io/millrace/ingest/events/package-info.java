/** JSON to events, form by form. */
@NullMarked
package io.millrace.ingest.events;

import org.jspecify.annotations.NullMarked;
