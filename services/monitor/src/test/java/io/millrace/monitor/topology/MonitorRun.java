package io.millrace.monitor.topology;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.predictions.Outcome;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fixtures.DriverProperties;
import io.millrace.monitor.judge.JudgeProcessor;
import io.millrace.monitor.outcomes.OutcomePlan;
import io.millrace.monitor.outcomes.OutcomeProcessor;
import io.millrace.monitor.outcomes.TaskCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** Runs monitor's topology by hand, from noon of a day long after the flights. */
final class MonitorRun implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  static final int AN_HOUR = 20;

  final FlightsFixture flights;
  final TopologyTestDriver driver;
  final TestInputTopic<String, byte[]> predictions;
  final TestInputTopic<String, byte[]> labels;
  private long ids;

  MonitorRun(FlightsFixture flights) {
    this.flights = flights;
    Properties properties = DriverProperties.of("millrace-monitor-flights");
    OutcomePlan outcomes = flights.outcomes();
    driver =
        new TopologyTestDriver(
            MonitorTopology.build(outcomes, flights.judge(outcomes)), properties, NOW);
    predictions = input("millrace.flights.predictions");
    labels = input("millrace.flights.labels");
  }

  /** 20 flights in an hour, half of them late, with the score that tells, or one that doesn't. */
  void hour(int hour, int version, boolean good, String origin) {
    hour(hour, version, good, origin, AN_HOUR);
  }

  void hour(int hour, int version, boolean good, String origin, int labelled) {
    Instant start = FlightsFixture.MIDNIGHT.plus(Duration.ofHours(hour));
    for (int i = 0; i < AN_HOUR; i++) {
      long id = ++ids;
      boolean late = i % 2 == 0;
      Instant time = start.plusSeconds(i * 120L);
      double score = good ? (late ? 0.8 : 0.2) : 0.5;
      predictions.pipeInput("" + id, flights.prediction("" + id, version, score, time, origin));
      if (i < labelled) {
        labels.pipeInput("" + id, flights.arrival(id, time.plusSeconds(900), late ? 60L : 0L));
      }
    }
    passed(start.plus(Duration.ofHours(1)));
  }

  /** 20 flights of which so many of the 100 pairs of a late and another one are ranked wrongly. */
  void hourWith(int wrong, int hour, int version) {
    Instant start = FlightsFixture.MIDNIGHT.plus(Duration.ofHours(hour));
    for (int i = 0; i < AN_HOUR; i++) {
      long id = ++ids;
      int rank = i / 2;
      boolean late = i % 2 == 0;
      double lateScore = rank == 0 ? 0.5 : rank == 1 ? 0.55 : 0.8;
      double otherScore = rank < wrong - 10 ? 0.6 : rank < wrong ? 0.52 : 0.2;
      Instant time = start.plusSeconds(i * 120L);
      double score = late ? lateScore : otherScore;
      predictions.pipeInput("" + id, flights.prediction("" + id, version, score, time, "JFK"));
      labels.pipeInput("" + id, flights.arrival(id, time.plusSeconds(900), late ? 60L : 0L));
    }
  }

  /** Goes on with what the judge had kept, and nothing else. */
  MonitorRun restarted() {
    List<KeyValue<Bytes, byte[]>> kept = new ArrayList<>();
    try (var all = driver.<Bytes, byte[]>getKeyValueStore(JudgeProcessor.JUDGE).all()) {
      all.forEachRemaining(kept::add);
    }
    close();
    MonitorRun again = new MonitorRun(flights);
    again.ids = ids;
    KeyValueStore<Bytes, byte[]> store = again.driver.getKeyValueStore(JudgeProcessor.JUDGE);
    kept.forEach(entry -> store.put(entry.key, entry.value));
    return again;
  }

  void passed(Instant time) {
    mark(predictions, time);
    mark(labels, time);
    think();
  }

  /** A topic of which nothing is under way says that it is idle. */
  void idle(TestInputTopic<String, byte[]> topic) {
    mark(topic, MillraceHeaders.IDLE);
    think();
  }

  void think() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
  }

  void fact(ControlTopic<?> topic, String key, byte[] value) {
    input(topic.name()).pipeInput(key, value);
  }

  void champion(int version) {
    fact(ControlTopic.MODELS, "flights/" + version, flights.version(version));
    fact(ControlTopic.MODELS, "flights@champion/" + version, flights.champion(version, version));
  }

  /** What has become of a run, as the services would say. */
  void step(String run, String step, String state, String code) {
    step(run, step, state, code, "{}");
  }

  void step(String run, String step, String state, String code, String evidence) {
    fact(
        ControlTopic.RUNS,
        "flights/" + run + "/" + step,
        flights.control(
            ControlTopic.RUNS,
            RunStep.newBuilder()
                .setPipeline("flights")
                .setRun(run)
                .setStep(step)
                .setState(state)
                .setCode(code)
                .setEvidence(evidence)
                .setPipelineVersion(1)
                .setBy("test")
                .setAt(Instant.EPOCH)
                .build()));
  }

  List<MetricsMeasured> metrics() {
    return read(ControlTopic.METRICS.name(), MetricsMeasured.class);
  }

  List<DriftMeasured> drift() {
    return read(ControlTopic.DRIFT.name(), DriftMeasured.class);
  }

  List<AlertEvent> alerts() {
    return read(ControlTopic.ALERTS.name(), AlertEvent.class);
  }

  List<RunStep> runs() {
    return read(ControlTopic.RUNS.name(), RunStep.class);
  }

  List<TestRecord<String, byte[]>> outcomes() {
    return output("millrace.flights.outcomes");
  }

  Outcome outcome(TestRecord<String, byte[]> record) {
    return flights.decode(Outcome.class, record.value());
  }

  Map<String, Object> counts() {
    return TaskCounts.sum(
        OutcomeProcessor.COUNTS.all(
            driver.<Bytes, byte[]>getKeyValueStore(OutcomeProcessor.OUTCOMES)));
  }

  /** What was said last of each window. */
  static List<String> verdicts(List<MetricsMeasured> metrics) {
    Map<Instant, String> last = new TreeMap<>();
    metrics.forEach(
        m ->
            last.put(m.getWindowStart(), m.getReason().isEmpty() ? m.getVerdict() : m.getReason()));
    return List.copyOf(last.values());
  }

  static void mark(TestInputTopic<String, byte[]> topic, Instant time) {
    mark(topic, Long.toString(FlightsFixture.micros(time)));
  }

  static void mark(TestInputTopic<String, byte[]> topic, String mark) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(MillraceHeaders.WATERMARK, mark.getBytes(US_ASCII));
    topic.pipeInput(new TestRecord<>("0", null, headers));
  }

  private <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
    return output(topic).stream().map(record -> flights.decode(type, record.value())).toList();
  }

  private List<TestRecord<String, byte[]>> output(String topic) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  TestInputTopic<String, byte[]> input(String topic) {
    return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
  }

  @Override
  public void close() {
    driver.close();
  }
}
