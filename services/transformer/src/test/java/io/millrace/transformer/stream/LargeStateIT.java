package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fixtures.DriverProperties;
import io.millrace.messaging.streams.DueIndex;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A million examples that wait for their labels, and a million entities, beside ten thousand of
 * each: what a task does between two commits takes no longer.
 */
@Tag("full")
class LargeStateIT {
  private static final Instant NOON = Instant.parse("2001-01-10T12:00:00Z");
  private static final int FEW = 10_000;
  private static final int MANY = 1_000_000;
  private static final int COMMIT_EVERY = 5_000;

  /**
   * In milliseconds, the longest second.
   *
   * @param quiet event time goes on, and nothing is due
   * @param due all that waits is
   */
  private record Longest(double quiet, double due, long heapMegabytes) {}

  @Test
  void shouldTakeNoLongerWithAMillionThatWait() {
    measure(FEW); // compiles
    Longest few = measure(FEW);
    Longest many = measure(MANY);
    System.out.printf("%,d open examples and entities: %s%n%,d: %s%n", FEW, few, MANY, many);

    assertThat(many.quiet()).isLessThan(3 * few.quiet() + 50);
    assertThat(many.due()).isLessThan(3 * few.due() + 200);
    assertThat(many.heapMegabytes() - few.heapMegabytes()).isLessThan(300);
  }

  private static Longest measure(int size) {
    FlightsFixture flights = new FlightsFixture(1);
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            TransformerTopology.build(
                new JoinPlan(flights.runnable, flights.cache, new SimpleMeterRegistry()),
                new RecordedHistory()),
            DriverProperties.onDisk("large"))) {
      TestInputTopic<String, byte[]> examples = input(driver, "examples");
      TestInputTopic<String, byte[]> labels = input(driver, "labels");
      examples.pipeInput("a", flights.departure(1, NOON, "JFK", "JFK"));
      labels.pipeInput("a", flights.arrival(1, NOON.plusMillis(1), 16L));
      examples.pipeInput("b", flights.departure(2, NOON, "JFK", "LAX"));
      pass(examples, labels, NOON.plus(Duration.ofMinutes(20)));
      driver.advanceWallClockTime(Duration.ofSeconds(2));
      multiply(driver, size, () -> pass(examples, labels, NOON.plus(Duration.ofMinutes(20))));
      System.gc();
      long heap =
          (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1_000_000;

      double quiet = 0;
      for (int minute = 21; minute < 120; minute += 13) {
        pass(examples, labels, NOON.plus(Duration.ofMinutes(minute)));
        quiet = Math.max(quiet, second(driver));
      }
      double due = 0;
      pass(examples, labels, NOON.plus(Duration.ofDays(9)));
      for (int second = 0; second < 20; second++) {
        due = Math.max(due, second(driver));
        empty(driver);
      }
      return new Longest(quiet, due, heap);
    }
  }

  /**
   * So many times what the store has of one example that waits, and of one entity: the driver
   * commits after each record, so that it would take an hour to come by them one by one.
   *
   * @param commit is done from time to time
   */
  private static void multiply(TopologyTestDriver driver, int size, Runnable commit) {
    KeyValueStore<String, byte[]> pending =
        TransformerTopology.PENDING.of(driver.getKeyValueStore(TransformerTopology.IDS));
    KeyValueStore<String, byte[]> panes =
        TransformerTopology.PANES.of(driver.getKeyValueStore(TransformerTopology.ENTITIES));
    DueIndex expiring = new DueIndex(driver.getKeyValueStore(TransformerTopology.EXPIRING));
    DueIndex quiet = new DueIndex(driver.getKeyValueStore(TransformerTopology.QUIET));
    byte[] waits = pending.get("b");
    byte[] entity = panes.get("origin/JFK");
    long expires = only(expiring);
    long goes = only(quiet);
    for (int i = 0; i < size; i++) {
      pending.put("b" + i, waits);
      expiring.add(expires, "b" + i);
      panes.put("origin/E" + i, entity);
      quiet.add(goes, "origin/E" + i);
      if (i % COMMIT_EVERY == 0) {
        commit.run();
        empty(driver);
      }
    }
    commit.run();
    empty(driver);
  }

  private static long only(DueIndex index) {
    return index.earliest().orElseThrow();
  }

  /** What all punctuations of a second take. */
  private static double second(TopologyTestDriver driver) {
    long begin = System.nanoTime();
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    return (System.nanoTime() - begin) / 1e6;
  }

  /** The driver keeps what was written until somebody reads it. */
  private static void empty(TopologyTestDriver driver) {
    for (String topic : driver.producedTopicNames()) {
      driver
          .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
          .readRecordsToList();
    }
  }

  private static TestInputTopic<String, byte[]> input(TopologyTestDriver driver, String what) {
    return driver.createInputTopic(
        "millrace.flights." + what, new StringSerializer(), new ByteArraySerializer());
  }

  private static void pass(
      TestInputTopic<String, byte[]> examples,
      TestInputTopic<String, byte[]> labels,
      Instant time) {
    for (TestInputTopic<String, byte[]> topic : List.of(examples, labels)) {
      RecordHeaders headers = new RecordHeaders();
      headers.add(
          MillraceHeaders.WATERMARK,
          Long.toString(FlightsFixture.micros(time)).getBytes(StandardCharsets.US_ASCII));
      topic.pipeInput(new TestRecord<>("0", null, headers));
    }
  }
}
