package io.millrace.ingest.wrong;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** Has a loop of its own. */
public final class DoorThatPolls {
  ConsumerRecords<byte[], byte[]> next(Consumer<byte[], byte[]> consumer) {
    return consumer.poll(Duration.ofSeconds(1));
  }
}
