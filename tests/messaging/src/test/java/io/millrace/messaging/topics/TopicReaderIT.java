package io.millrace.messaging.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.messaging.clients.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaClusterExtension.class)
class TopicReaderIT {
  private static final String TOPIC = "log";

  KafkaCluster cluster;

  @BeforeEach
  void create() throws Exception {
    try (Admin admin = Admin.create(connection())) {
      NewTopics.create(admin, List.of(new NewTopic(TOPIC, 2, (short) 1)));
    }
  }

  @Test
  void shouldReadEveryPartition() {
    try (KafkaProducer<byte[], byte[]> producer = producer("a")) {
      commit(producer, IntStream.range(0, 25_000).toArray());
    }

    assertThat(read(Duration.ofMinutes(2))).hasSize(25_000).doesNotHaveDuplicates();
  }

  @Test
  void shouldWaitForAnOpenTransactionOnlyWhenTheWholeLogIsAskedFor() throws Exception {
    try (KafkaProducer<byte[], byte[]> slow = producer("slow");
        KafkaProducer<byte[], byte[]> quick = producer("quick")) {
      commit(quick, 0, 1);
      slow.beginTransaction();
      send(slow, 2);
      slow.flush();
      commit(quick, 4);

      assertThat(readCommitted()).containsExactlyInAnyOrder(0, 1);
      CountDownLatch begun = new CountDownLatch(1);
      List<Integer> whole = new ArrayList<>();
      CompletableFuture<Boolean> reading =
          CompletableFuture.supplyAsync(
              () ->
                  reader(Duration.ofMinutes(2))
                      .read(
                          TOPIC,
                          record -> {
                            whole.add(number(record.value()));
                            begun.countDown();
                          }));
      assertThat(begun.await(2, TimeUnit.MINUTES)).isTrue(); // where it ends is asked for
      slow.commitTransaction();

      assertThat(reading.get()).isTrue();
      assertThat(whole).containsExactlyInAnyOrder(0, 1, 2, 4);
    }
  }

  @Test
  void shouldSayThatTheEndWasNotReached() {
    try (KafkaProducer<byte[], byte[]> slow = producer("slow")) {
      slow.beginTransaction();
      send(slow, 0);
      slow.flush();

      assertThatThrownBy(() -> read(Duration.ofSeconds(1)))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining(TOPIC);
    }
  }

  @Test
  void shouldTellAnEmptyTopicFromNone() {
    assertThat(read(Duration.ofMinutes(2))).isEmpty();
    assertThat(reader(Duration.ofMinutes(2)).read("none", record -> {})).isFalse();
    assertThat(reader(Duration.ofMinutes(2)).readCommitted("none", record -> {})).isFalse();
  }

  private Map<String, Object> connection() {
    return Map.of("bootstrap.servers", cluster.getBootstrapServers());
  }

  private TopicReader reader(Duration patience) {
    return new TopicReader(KafkaClients.at(cluster.getBootstrapServers()), patience);
  }

  private List<Integer> read(Duration patience) {
    List<Integer> read = new ArrayList<>();
    assertThat(reader(patience).read(TOPIC, record -> read.add(number(record.value())))).isTrue();
    return read;
  }

  private List<Integer> readCommitted() {
    List<Integer> read = new ArrayList<>();
    reader(Duration.ofMinutes(2)).readCommitted(TOPIC, r -> read.add(number(r.value())));
    return read;
  }

  private KafkaProducer<byte[], byte[]> producer(String id) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.getBootstrapServers(), "transactional.id", id),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static void commit(KafkaProducer<byte[], byte[]> producer, int... numbers) {
    producer.beginTransaction();
    for (int number : numbers) {
      send(producer, number);
    }
    producer.flush();
    producer.commitTransaction();
  }

  /** Even numbers to the first partition, odd ones to the second. */
  private static void send(KafkaProducer<byte[], byte[]> producer, int number) {
    byte[] value = Integer.toString(number).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var unused = producer.send(new ProducerRecord<>(TOPIC, number % 2, null, value));
  }

  private static int number(byte[] value) {
    return Integer.parseInt(new String(value, java.nio.charset.StandardCharsets.UTF_8));
  }
}
