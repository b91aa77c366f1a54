/** Tests of what Streams applications share. */
@NullMarked
package io.millrace.messaging.streams;

import org.jspecify.annotations.NullMarked;
