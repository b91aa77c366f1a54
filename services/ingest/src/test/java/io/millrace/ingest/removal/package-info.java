@NullMarked
package io.millrace.ingest.removal;

import org.jspecify.annotations.NullMarked;
