package io.millrace.transformer.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.features.online.EntityKey;
import io.millrace.features.online.OnlineRows;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.RedisServer;
import io.millrace.features.online.StoreAnswer;
import io.millrace.fixtures.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kafka's own fake consumer against a real Redis. */
class FeatureSessionIT {
  /** A machine may stand still for seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final TopicPartition P0 = new TopicPartition("millrace.flights.features", 0);
  private static final String NOON = "2001-01-10T12:00:00Z";

  private final RedisProcess redis = new RedisProcess();
  private final OnlineStore store = new OnlineStore(RedisServer.at(redis.uri()).within(PATIENCE));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private Instant now = Instant.EPOCH;
  private FeatureSession session = session("log-a");

  @BeforeEach
  void assign() {
    consumer.assign(List.of(P0));
    consumer.updateBeginningOffsets(Map.of(P0, 10L));
    consumer.updateEndOffsets(Map.of(P0, 10L));
    consumer.seek(P0, 10);
  }

  @AfterEach
  void stop() {
    store.close();
    redis.close();
  }

  @Test
  void shouldFillAnEmptyStoreFromTheBeginningAndCommitWhatItHolds() {
    consumer.seek(P0, 90); // as committed before Redis was emptied

    step();

    assertThat(consumer.position(P0)).isEqualTo(10);
    assertThat(committed()).isEqualTo(10);

    add(10, "origin/JFK", panes(5));
    add(11, "_watermark/0", Flights.watermark(0, NOON));
    step();

    assertThat(read().panes().getFirst()).isPresent();
    assertThat(read().watermark()).hasValue(Flights.micros(NOON));
    assertThat(committed()).isEqualTo(12);
    assertThat(meters.counter("millrace.redis.fills", "pipeline", "flights").count()).isEqualTo(1);
  }

  @Test
  void shouldWaitAtTheFirstUnwrittenRecordWhileTheStoreIsAway() {
    step();
    redis.stop();
    add(10, "origin/JFK", panes(5));

    step();

    assertThat(session.isStoreAway()).isTrue();
    assertThat(consumer.position(P0)).isEqualTo(10);
    assertThat(consumer.paused()).containsExactly(P0);
    assertThat(committed()).isEqualTo(10);

    step(); // too early to try again
    assertThat(consumer.paused()).containsExactly(P0);

    passes(Duration.ofSeconds(1));
    step(); // tries, in vain
    assertThat(session.isStoreAway()).isTrue();
  }

  @Test
  void shouldFillAgainWhenTheStoreComesBackEmpty() {
    step();
    add(10, "origin/JFK", panes(5));
    step();
    redis.stop();
    redis.startAgain();

    untilFilled(2);

    assertThat(consumer.position(P0)).isEqualTo(10);
    assertThat(committed()).isEqualTo(10);
    add(10, "origin/JFK", panes(5));
    step();
    assertThat(read().panes().getFirst()).isPresent();
    assertThat(committed()).isEqualTo(11);
  }

  @Test
  void shouldFillAgainWhenTheTopicIsAnotherOne() {
    step();
    add(10, "origin/JFK", panes(5));
    step();

    session = session("log-b");
    passes(Duration.ofSeconds(2));
    step();

    assertThat(consumer.position(P0)).isEqualTo(10);
    assertThat(read().panes().getFirst()).isEmpty();
  }

  @Test
  void shouldCommitPastTransactionMarkersOnceNothingIsLeft() {
    step();
    add(10, "origin/JFK", panes(5));
    step();
    assertThat(committed()).isEqualTo(11);

    consumer.seek(P0, 13); // as a poll leaves it that has read two markers
    passes(Duration.ofSeconds(1));
    step();

    assertThat(committed()).isEqualTo(13);
  }

  @Test
  void shouldCommitNothingPastWhatTheStoreDoesNotHave() {
    step();
    redis.stop();
    add(10, "origin/JFK", panes(5));
    passes(Duration.ofSeconds(1));
    step();

    assertThat(committed()).isEqualTo(10);
  }

  @Test
  void shouldRemoveAnEntityWithATombstone() {
    step();
    add(10, "origin/JFK", panes(5));
    add(11, "origin/JFK", null);
    step();

    assertThat(read().panes()).containsExactly(Optional.empty());
  }

  private void step() {
    session.handle(consumer.poll(Duration.ZERO));
  }

  private FeatureSession session(String log) {
    InstantSource clock = () -> now;
    return new FeatureSession(
        "flights", log, consumer, store, new WriterMetrics(meters, "flights"), clock);
  }

  private void untilFilled(int times) {
    for (int i = 0; i < 10_000; i++) {
      passes(Duration.ofSeconds(1));
      step();
      if (meters.counter("millrace.redis.fills", "pipeline", "flights").count() == times) {
        return;
      }
    }
    throw new AssertionError("never filled again");
  }

  private void passes(Duration time) {
    now = now.plus(time);
  }

  @SuppressWarnings("NullAway") // Kafka's records may lack a value
  private void add(long offset, String key, byte @Nullable [] value) {
    consumer.addRecord(new ConsumerRecord<>(P0.topic(), 0, offset, Flights.key(key), value));
  }

  private static byte[] panes(double value) {
    return Flights.panes("origin", "JFK", NOON, value, NOON);
  }

  private long committed() {
    OffsetAndMetadata committed = consumer.committed(Set.of(P0)).get(P0);
    return committed == null ? -1 : committed.offset();
  }

  private OnlineRows read() {
    StoreAnswer<OnlineRows> answer =
        store.read("flights", List.of(new EntityKey("origin", "JFK"))).toCompletableFuture().join();
    return switch (answer) {
      case StoreAnswer.Answered<OnlineRows>(OnlineRows rows) -> rows;
      case StoreAnswer.Unavailable<OnlineRows>(String reason) -> throw new AssertionError(reason);
    };
  }
}
