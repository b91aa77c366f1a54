package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.limits.Limit;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.Panes;
import io.millrace.features.panes.SeriesKey;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.streams.OutdatedTopologyException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What somebody else has asked for, when its turn comes in a punctuation. */
class PaneProcessorTest {
  private static final long MINUTE = TimeUnit.MINUTES.toMicros(1);
  private static final long DAY = TimeUnit.DAYS.toMicros(1);
  private static final long NOON = 11_000 * DAY + 720 * MINUTE;

  private final FlightsFixture flights = new FlightsFixture(1);
  private final MockProcessorContext<String, PaneOutput> context = new MockProcessorContext<>();
  private final KeyValueStore<Bytes, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(TransformerTopology.ENTITIES),
              Serdes.Bytes(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final KeyValueStore<Bytes, byte[]> quiet =
      DueIndex.inMemory(TransformerTopology.QUIET).build();

  PaneProcessorTest() {
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    quiet.init(context.getStateStoreContext(), quiet);
    context.addStateStore(quiet);
    context.setRecordMetadata("entities", 0, 17);
    context.setCurrentSystemTimeMs(Duration.ofDays(1).toMillis());
  }

  @AfterEach
  void close() {
    store.close();
    quiet.close();
  }

  /** Another process may keep what this one does not, and must not wait for it for ever. */
  @Test
  void shouldSayThatItHasNothingOfAnEntityThatItDoesNotKnow() {
    start(1).process(new Record<>("nobody/x", new EntityMessage.LookUp(2, 0, "1").toBytes(), 0));
    start(2).process(lookUp(2, "2"));

    tick();

    assertThat(answered()).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void shouldAnswerNoExampleWithAnIdThatThereCantBe() {
    String longest = "i".repeat(Limit.KEY_FIELD_CHARACTERS.most());
    PaneProcessor processor = start(1);
    processor.process(lookUp(1, longest));
    processor.process(lookUp(1, longest + "i"));

    tick();

    assertThat(answered()).containsExactly(longest);
  }

  /**
   * By hand: the windows are 3 h and 1 h, lateness 5 min, so that panes are kept from 3 h 5 min
   * before the watermark on.
   */
  @Test
  void shouldMissWhatReachesFurtherBackThanIsKeptAndNothingElse() {
    PaneProcessor processor = start(1);
    processor.process(update("origin/JFK", NOON - 150 * MINUTE, 20, 1));
    passed(processor, NOON);

    processor.process(lookUp("origin/JFK", NOON - 5 * MINUTE, "kept"));
    processor.process(lookUp("origin/JFK", NOON - 5 * MINUTE - 1, "a pane too far"));
    processor.process(lookUp("origin/JFK", NOON - 125 * MINUTE, "an hour reaches"));
    processor.process(lookUp("origin/JFK", NOON - 125 * MINUTE - 1, "none reaches"));
    processor.process(lookUp("origin/EWR", NOON - 5 * MINUTE, "nothing known"));
    processor.process(lookUp("origin/EWR", NOON - DAY, "perhaps forgotten"));

    assertThat(answers())
        .containsExactly(
            Map.entry("kept", "[20.0, null] whole"),
            Map.entry("a pane too far", "[null, null] incomplete"),
            Map.entry("an hour reaches", "[null, 1.0] incomplete"),
            Map.entry("none reaches", "[null, null] incomplete"),
            Map.entry("nothing known", "[null, null] whole"),
            Map.entry("perhaps forgotten", "[null, null] incomplete"));
  }

  /** A gap in the data: event time jumps over all that is kept. */
  @Test
  void shouldAnswerWhatHasWaitedFromWhatWasKnownHoweverFarEventTimeJumps() {
    PaneProcessor processor = start(1);
    passed(processor, NOON);
    processor.process(update("origin/JFK", NOON + 10 * MINUTE, 20, 1));
    processor.process(lookUp("origin/JFK", NOON + 30 * MINUTE, "waits"));
    assertThat(answers()).isEmpty();

    passed(processor, NOON + 30 * DAY);

    assertThat(answers()).containsExactly(Map.entry("waits", "[20.0, 1.0] whole"));
  }

  /** In which features of all windows share a series, and panes say no version. */
  @Test
  void shouldTakeOverPanesOfAnOlderForm() {
    EntityFeatures origin = EntityFeatures.of(flights.pipeline).getFirst();
    List<SeriesKey> older = origin.series().stream().map(SeriesKey::ofAnyWindow).toList();
    Panes panes =
        new Panes(
            new EntityFeatures(
                origin.entity(), origin.features(), origin.positions(), older, origin.seriesOf()));
    panes.add(0, NOON - 10 * MINUTE, 20);
    panes.add(1, NOON - 10 * MINUTE, 1);
    byte[] bytes = panes.encode("origin", "JFK", NOON - 10 * MINUTE);
    TransformerTopology.PANES
        .of(store)
        .put("origin/JFK", ByteBuffer.allocate(1 + bytes.length).put((byte) 2).put(bytes).array());
    long[] ids = older.stream().mapToLong(one -> JoinPlan.seriesId("origin", one)).toArray();
    TransformerTopology.TASK_WATERMARKS
        .of(store)
        .put("series", ByteBuffer.allocate(16).putLong(ids[0]).putLong(ids[1]).array());

    PaneProcessor processor = start(1);
    passed(processor, NOON);
    processor.process(lookUp("origin/JFK", NOON, "as before"));
    processor.process(
        new Record<>("origin/JFK", updateOfAnOlderForm(NOON + 20 * MINUTE, ids, 40, 0), 0));
    passed(processor, NOON + 30 * MINUTE);
    processor.process(lookUp("origin/JFK", NOON + 30 * MINUTE, "of both"));

    assertThat(TransformerTopology.FORM.of(store)).isEqualTo(TransformerTopology.FORM.current());
    assertThat(answers())
        .containsExactly(
            Map.entry("as before", "[20.0, 1.0] whole"), Map.entry("of both", "[30.0, 0.5] whole"));
  }

  private static byte[] updateOfAnOlderForm(long time, long[] ids, double delay, double late) {
    return ByteBuffer.allocate(41)
        .put((byte) 4)
        .putLong(time)
        .putLong(ids[0])
        .putDouble(delay)
        .putLong(ids[1])
        .putDouble(late)
        .array();
  }

  /** What the newer one sends is not lost: the application is built anew, by the newer file. */
  @Test
  void shouldNotGoOnWhereAnotherProcessHasBegunWithANewerVersion() {
    PaneProcessor first = start(1);

    assertThatThrownBy(() -> first.process(carries(later(), NOON, 2)))
        .isInstanceOf(OutdatedTopologyException.class);
  }

  /** The windows of the label mean something else; the others go on. */
  @Test
  void shouldFillANewSeriesAndThenTakeItForWhole() {
    PaneProcessor first = start(1);
    passed(first, NOON);
    first.process(carries(flights, Long.MIN_VALUE, 0));
    first.process(update("origin/JFK", NOON + 10 * MINUTE, 20, 1));
    first.process(update("origin/JFK", NOON + 20 * MINUTE, 40, 1));

    FlightsFixture later = later();
    PaneProcessor second = start(later.runnable);
    second.process(lateUpdate(later, NOON + 30 * MINUTE, 0)); // not before it is told
    second.process(carries(later, NOON + 20 * MINUTE, 2));
    passed(second, NOON + 35 * MINUTE);
    second.process(lookUp(2, NOON + 35 * MINUTE, "to be filled"));
    second.process(lateUpdate(later, NOON + 10 * MINUTE, 0));
    second.process(lateUpdate(later, NOON + 20 * MINUTE, 1));
    second.process(lookUp(2, NOON + 35 * MINUTE, "not told yet"));
    second.process(carries(later, Long.MIN_VALUE, 2));
    second.process(lookUp(2, NOON + 35 * MINUTE, "whole"));

    assertThat(answers())
        .containsExactly(
            Map.entry("to be filled", "[30.0, null] incomplete"),
            Map.entry("not told yet", "[30.0, null] incomplete"),
            Map.entry("whole", "[30.0, %s] whole".formatted(1.0 / 3)));
  }

  /** What was sent before the file had it again is sent once more, and must not count twice. */
  @Test
  void shouldBeginASeriesAnewThatTheFileHadBefore() {
    FlightsFixture later = later();
    FlightsFixture again = new FlightsFixture(later, FlightsFile.text());
    PaneProcessor first = start(1);
    first.process(update("origin/JFK", NOON + 10 * MINUTE, 20, 1));
    PaneProcessor second = start(later.runnable);
    second.process(carries(later, NOON + 10 * MINUTE, 2));

    PaneProcessor third =
        start(
            again.runnable,
            version -> Optional.of(version == 1 ? flights.runnable : later.runnable));
    third.process(update("origin/JFK", NOON + 10 * MINUTE, 20, 1)); // on its way since version 1
    third.process(carries(again, NOON + 10 * MINUTE, 3));
    third.process(lateUpdate(again, NOON + 10 * MINUTE, 1));
    third.process(lateUpdate(again, NOON + 11 * MINUTE, 0)); // from the time of version 2
    third.process(carries(again, Long.MIN_VALUE, 3));
    passed(third, NOON + 35 * MINUTE);
    third.process(lookUp(3, NOON + 35 * MINUTE, "once"));

    assertThat(answers()).containsExactly(Map.entry("once", "[20.0, 0.5] whole"));
  }

  /**
   * Who has run other versions than the sender of a series doesn't know what was counted before.
   */
  @Test
  void shouldNotTakeASeriesForWholeThatItsSenderHasBegunAtAnotherTime() {
    FlightsFixture later = later();
    PaneProcessor first = start(1);
    first.process(update("origin/JFK", NOON + 10 * MINUTE, 20, 1));
    PaneProcessor second = start(later.runnable);
    second.process(carries(later, Long.MIN_VALUE, 1));
    passed(second, NOON + 70 * MINUTE);
    second.process(lookUp(2, NOON + 69 * MINUTE, "a pane too early"));
    second.process(lookUp(2, NOON + 70 * MINUTE, "whole"));

    assertThat(answers())
        .containsExactly(
            Map.entry("a pane too early", "[20.0, null] incomplete"),
            Map.entry("whole", "[20.0, null] whole"));
  }

  /** Under a shorter window panes have gone that a longer one would reach: it is another series. */
  @Test
  void shouldFillALongerWindowBesideTheShorterOne() {
    FlightsFixture longer =
        new FlightsFixture(flights, FlightsFile.text().replace("window: 3h", "window: 6h"));
    PaneProcessor first = start(1);
    first.process(update("origin/JFK", NOON - 200 * MINUTE, 20, 1));
    passed(first, NOON); // evicts
    first.process(update("origin/JFK", NOON, 40, 1));

    PaneProcessor second = start(longer.runnable);
    long[] delays = {seriesOf(longer)[0]};
    second.process(carries(longer, NOON, 0, 2));
    second.process(update(2, NOON - 200 * MINUTE, delays, 20));
    second.process(update(2, NOON, delays, 40));
    passed(second, NOON + 10 * MINUTE);
    second.process(lookUp(2, NOON + 10 * MINUTE, "to be told"));
    second.process(carries(longer, Long.MIN_VALUE, 0, 2));
    second.process(lookUp(2, NOON + 10 * MINUTE, "whole"));

    assertThat(answers())
        .containsExactly(
            Map.entry("to be told", "[null, 1.0] incomplete"),
            Map.entry("whole", "[30.0, 1.0] whole"));
  }

  private FlightsFixture later() {
    return new FlightsFixture(
        flights, FlightsFile.text().replace("delay_minutes > 15", "delay_minutes > 30"));
  }

  private static long[] seriesOf(FlightsFixture version) {
    return EntityFeatures.of(version.pipeline).getFirst().series().stream()
        .mapToLong(one -> JoinPlan.seriesId("origin", one))
        .toArray();
  }

  /** Of whether it was late alone. */
  private static Record<String, byte[]> lateUpdate(FlightsFixture version, long time, double late) {
    return update(version.runnable.version(), time, new long[] {seriesOf(version)[1]}, late);
  }

  private static Record<String, byte[]> update(
      int version, long time, long[] series, double... values) {
    return new Record<>(
        "origin/JFK", new EntityMessage.Update(version, time, series, values).toBytes(), 0);
  }

  /** Of the delay all that ever came, of whether it was late what came after a time. */
  private static Record<String, byte[]> carries(
      FlightsFixture version, long lateSince, int introduced) {
    return carries(version, new long[] {Long.MIN_VALUE, lateSince}, new int[] {0, introduced});
  }

  /** Of whether it was late all that ever came, of the delay what came after a time. */
  private static Record<String, byte[]> carries(
      FlightsFixture version, long delaySince, int late, int delay) {
    return carries(version, new long[] {delaySince, Long.MIN_VALUE}, new int[] {delay, late});
  }

  private static Record<String, byte[]> carries(
      FlightsFixture version, long[] since, int[] introduced) {
    int number = version.runnable.version();
    return new Record<>(
        "",
        new EntityMessage.Carries(0, 1, number, seriesOf(version), since, introduced).toBytes(),
        0);
  }

  private static Record<String, byte[]> lookUp(int version, long time, String id) {
    return new Record<>("origin/JFK", new EntityMessage.LookUp(version, time, id).toBytes(), 0);
  }

  private void passed(PaneProcessor processor, long time) {
    for (int source = 0; source < flights.runnable.partitions(); source++) {
      processor.process(
          new Record<>(
              "tasks",
              new EntityMessage.Passed(source, flights.runnable.partitions(), time).toBytes(),
              0));
    }
  }

  private Record<String, byte[]> update(String key, long time, double delay, double late) {
    return update(flights, key, time, delay, late);
  }

  private static Record<String, byte[]> update(
      FlightsFixture version, String key, long time, double delay, double late) {
    EntityFeatures origin = EntityFeatures.of(version.pipeline).getFirst();
    long[] series =
        origin.series().stream().mapToLong(one -> JoinPlan.seriesId("origin", one)).toArray();
    return new Record<>(
        key,
        new EntityMessage.Update(
                version.runnable.version(), time, series, new double[] {delay, late})
            .toBytes(),
        0);
  }

  private static Record<String, byte[]> lookUp(String key, long time, String id) {
    return new Record<>(key, new EntityMessage.LookUp(1, time, id).toBytes(), 0);
  }

  private List<Map.Entry<String, String>> answers() {
    return context.forwarded().stream()
        .map(MockProcessorContext.CapturedForward::record)
        .filter(record -> record.value() instanceof PaneOutput.ToExample)
        .map(
            record -> {
              Answer answer = Answer.read(record.value().value()).orElseThrow();
              return Map.entry(
                  (String) record.key(),
                  Arrays.toString(answer.values())
                      + (answer.incomplete() ? " incomplete" : " whole"));
            })
        .toList();
  }

  private PaneProcessor start(int version) {
    RunnablePipeline runnable = flights.runnable;
    return start(
        new RunnablePipeline(
            runnable.pipeline(), version, runnable.partitions(), runnable.schemaIds()));
  }

  private PaneProcessor start(RunnablePipeline runnable) {
    return start(runnable, version -> Optional.empty());
  }

  private PaneProcessor start(
      RunnablePipeline runnable, IntFunction<Optional<RunnablePipeline>> versions) {
    PaneProcessor processor =
        new PaneProcessor(
            new JoinPlan(
                runnable, Optional.empty(), versions, flights.cache, new SimpleMeterRegistry()));
    processor.init(context);
    return processor;
  }

  /** Of the present, so that it is not waited for. */
  private Record<String, byte[]> lookUp(int version, String id) {
    long now = context.currentSystemTimeMs() * 1000;
    return new Record<>("origin/JFK", new EntityMessage.LookUp(version, now, id).toBytes(), 0);
  }

  /** Of the last one that was started, three seconds later. */
  private void tick() {
    long later = context.currentSystemTimeMs() + 3_000;
    context.setCurrentSystemTimeMs(later);
    List<MockProcessorContext.CapturedPunctuator> all = context.scheduledPunctuators();
    all.get(all.size() - 3).getPunctuator().punctuate(later);
  }

  private List<String> answered() {
    return context.forwarded().stream()
        .map(MockProcessorContext.CapturedForward::record)
        .filter(record -> record.value() instanceof PaneOutput.ToExample)
        .map(record -> (String) record.key())
        .toList();
  }
}
