/** What can be set, and the clients of the broker that follow from it. */
@NullMarked
package io.millrace.ingest.settings;

import org.jspecify.annotations.NullMarked;
