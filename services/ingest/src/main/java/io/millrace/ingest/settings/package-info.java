/** What can be set, and what all parts share. */
@NullMarked
package io.millrace.ingest.settings;

import org.jspecify.annotations.NullMarked;
