/** Settings and what they are when no one sets them. */
@NullMarked
package io.millrace.ingest.settings;

import org.jspecify.annotations.NullMarked;
