/** One Kafka Streams application per pipeline: settings, lifecycle and state. */
@NullMarked
package io.millrace.messaging.streams;

import org.jspecify.annotations.NullMarked;
