package io.millrace.monitor.page;

import io.millrace.messaging.topics.NewTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Events of a pipeline's stream, of which a validator has read some. */
final class Traffic {
  private static final int PATIENCE_MS = 120_000;

  private final String bootstrapServers;
  private final TopicPartition departures;
  private final String group;

  Traffic(String bootstrapServers, String pipeline)
      throws ExecutionException, InterruptedException {
    this.bootstrapServers = bootstrapServers;
    this.departures = new TopicPartition("millrace." + pipeline + ".departures", 0);
    this.group = "millrace-validator-" + pipeline;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      NewTopics.create(
          admin,
          List.of(
              new NewTopic(departures.topic(), 1, (short) 1),
              new NewTopic("millrace." + pipeline + ".arrivals", 1, (short) 1)));
    }
  }

  /** Returns when the broker has taken each of them. */
  void write(int events) throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "delivery.timeout.ms",
                PATIENCE_MS,
                "max.block.ms",
                PATIENCE_MS),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int event = 0; event < events; event++) {
        sent.add(producer.send(new ProducerRecord<>(departures.topic(), 0, null, new byte[1])));
      }
    }
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  void readUpTo(long offset) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "group.id", group),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(departures));
      consumer.commitSync(Map.of(departures, new OffsetAndMetadata(offset)));
    }
  }
}
