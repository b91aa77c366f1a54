/** What serving tells: predictions and alerts, without ever waiting for Kafka. */
@NullMarked
package io.millrace.serving.events;

import org.jspecify.annotations.NullMarked;
