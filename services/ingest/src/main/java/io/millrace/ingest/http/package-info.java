/** Requests and their failures, whatever they are about. */
@NullMarked
package io.millrace.ingest.http;

import org.jspecify.annotations.NullMarked;
