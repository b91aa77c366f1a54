package io.millrace.validator.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fixtures.DriverProperties;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.streams.PartitionLag;
import io.millrace.validator.FakeRegistry;
import io.millrace.validator.Flights;
import io.millrace.validator.ManualClock;
import io.millrace.validator.counts.Counts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The flights topology in one task, with hands on its clock, its lag and its registry. */
final class TopologyRun implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");
  private static final ByteArrayDeserializer BYTES = new ByteArrayDeserializer();
  private static final ObjectMapper JSON = new ObjectMapper();

  final ManualClock clock = new ManualClock(NOW);
  final FakeRegistry registry = new FakeRegistry();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Lag lag = new Lag();
  private final TopologyTestDriver driver;
  private final String pipeline;

  /** What the driver's consumer would say. */
  static final class Lag implements PartitionLag {
    OptionalLong records = OptionalLong.of(0);
    OptionalLong delivered = OptionalLong.empty();

    /** Records of each stream's only partition. */
    final Map<String, Long> ends = new HashMap<>();

    boolean answers = true;

    /** How many more records there are by now than at the last fetch. */
    long notFetched;

    @Override
    public OptionalLong lag(TopicPartition partition) {
      return records;
    }

    @Override
    public OptionalLong delivered(TopicPartition partition) {
      return delivered;
    }

    @Override
    public OptionalLong position(TopicPartition partition) {
      return OptionalLong.of(end(partition));
    }

    @Override
    public Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
      return answers
          ? partitions.stream()
              .collect(Collectors.toMap(Function.identity(), place -> end(place) + notFetched))
          : Map.of();
    }

    private long end(TopicPartition partition) {
      return ends.getOrDefault(partition.topic(), 0L);
    }
  }

  TopologyRun() {
    this(Flights.runnable(1));
  }

  TopologyRun(RunnablePipeline runnable) {
    this(runnable, Map.of());
  }

  /**
   * @param sources partitions of the streams' topics, of which this is the first
   */
  TopologyRun(RunnablePipeline runnable, Map<String, Integer> sources) {
    this.pipeline = runnable.name();
    this.driver =
        new TopologyTestDriver(
            ValidatorTopology.build(
                new ValidatorPlan(runnable, sources, registry, lag, clock, meters)),
            DriverProperties.of("test"),
            NOW);
  }

  void departure(byte @Nullable [] value) {
    pipe("departures", null, value, new RecordHeaders());
  }

  void arrival(byte @Nullable [] value) {
    pipe("arrivals", null, value, new RecordHeaders());
  }

  void mark(String stream, String text) {
    pipe(
        stream,
        null,
        null,
        new RecordHeaders().add(MillraceHeaders.WATERMARK, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Somebody writes where only the checking tasks do. */
  void message(byte @Nullable [] key, byte @Nullable [] value) {
    pipeTo("test-by-id-repartition", key, value, new RecordHeaders());
  }

  void pipe(String stream, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    lag.ends.merge("millrace.flights." + stream, 1L, Long::sum);
    pipeTo("millrace." + pipeline + "." + stream, key, value, headers);
  }

  private void pipeTo(
      String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(key, value, headers, clock.instant()));
  }

  void ticks(int count) {
    for (int i = 0; i < count; i++) {
      pass(Duration.ofMillis(100));
    }
  }

  /** Time passes for the punctuators and for the rules alike. */
  void pass(Duration time) {
    clock.advance(time);
    driver.advanceWallClockTime(time);
  }

  /** All records of a topic that came since the last look, watermarks too. */
  List<TestRecord<byte[], byte[]>> all(String topic) {
    TestOutputTopic<byte[], byte[]> output =
        driver.createOutputTopic(
            "millrace." + pipeline + "." + topic,
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    return output.readRecordsToList();
  }

  /** All records of every topic, changelogs and repartition topics too, since the last look. */
  List<TestRecord<byte[], byte[]>> everything() {
    return driver.producedTopicNames().stream()
        .map(topic -> driver.createOutputTopic(topic, BYTES, BYTES).readRecordsToList())
        .flatMap(List::stream)
        .toList();
  }

  /** The events of a topic that came since the last look. */
  List<TestRecord<byte[], byte[]>> events(String topic) {
    return all(topic).stream().filter(record -> record.value() != null).toList();
  }

  /** The watermarks of a topic that came since the last look. */
  List<String> marks(String topic) {
    List<String> marks = new ArrayList<>();
    for (TestRecord<byte[], byte[]> record : all(topic)) {
      if (record.value() == null) {
        marks.add(header(record, MillraceHeaders.WATERMARK));
      }
    }
    return marks;
  }

  /** The codes of each quarantined record that came since the last look. */
  List<List<String>> quarantined() {
    return all("quarantine").stream().map(TopologyRun::codes).toList();
  }

  static List<String> codes(TestRecord<byte[], byte[]> record) {
    List<String> codes = new ArrayList<>();
    reasons(record).forEach(reason -> codes.add(reason.path("code").asText()));
    return codes;
  }

  static JsonNode reasons(TestRecord<byte[], byte[]> record) {
    try {
      return JSON.readTree(header(record, MillraceHeaders.REASONS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String header(TestRecord<byte[], byte[]> record, String name) {
    Header header = Objects.requireNonNull(record.headers().lastHeader(name), name);
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  Counts counts() {
    Counts counts = new Counts(List.of("departures", "arrivals"));
    for (String name : List.of(ValidatorTopology.CHECKS, ValidatorTopology.IDS)) {
      KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(name);
      try (KeyValueIterator<String, Long> entries = ValidatorTopology.COUNTS.all(store)) {
        entries.forEachRemaining(counts::add);
      }
    }
    return counts;
  }

  @Override
  public void close() {
    driver.close();
  }
}
