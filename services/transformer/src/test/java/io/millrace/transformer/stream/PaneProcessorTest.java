package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.limits.Limit;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.Panes;
import io.millrace.features.panes.SeriesKey;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.streams.DueIndex;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** In which a series was named by its field alone: it is that of the version which runs then. */
  @Test
  void shouldTakeOverPanesOfTheOlderFormBeforeTheirMeaningChanges() {
    EntityFeatures origin = EntityFeatures.of(flights.pipeline).getFirst();
    Panes panes =
        new Panes(
            new EntityFeatures(
                origin.entity(),
                origin.features(),
                origin.positions(),
                List.of(
                    new SeriesKey("delay_minutes", 5 * MINUTE), new SeriesKey("late", 5 * MINUTE)),
                origin.seriesOf()));
    panes.add(0, NOON - 10 * MINUTE, 20);
    panes.add(1, NOON - 10 * MINUTE, 1);
    byte[] bytes = panes.encode("origin", "JFK", NOON - 10 * MINUTE);
    TransformerTopology.PANES
        .of(store)
        .put("origin/JFK", ByteBuffer.allocate(1 + bytes.length).put((byte) 0).put(bytes).array());

    PaneProcessor first = start(1);
    passed(first, NOON);
    first.process(lookUp("origin/JFK", NOON, "as before"));

    FlightsFixture changed =
        new FlightsFixture(
            flights, FlightsFile.text().replace("delay_minutes > 15", "delay_minutes > 30"));
    PaneProcessor second = start(changed.runnable);
    second.process(carries(changed, NOON + 10 * MINUTE));
    passed(second, NOON + 30 * MINUTE);
    second.process(lookUp(2, NOON + 30 * MINUTE, "too early for late"));
    passed(second, NOON + 70 * MINUTE);
    second.process(lookUp(2, NOON + 69 * MINUTE, "a pane too early"));
    second.process(lookUp(2, NOON + 70 * MINUTE, "whole"));

    assertThat(TransformerTopology.FORM.of(store)).isEqualTo(TransformerTopology.FORM.current());
    assertThat(answers())
        .containsExactly(
            Map.entry("as before", "[20.0, 1.0] whole"),
            Map.entry("too early for late", "[20.0, null] incomplete"),
            Map.entry("a pane too early", "[20.0, null] incomplete"),
            Map.entry("whole", "[20.0, null] whole"));
  }

  /**
   * Two processes change to a version one after the other: its updates come to the one that has
   * not.
   */
  @Test
  void shouldNotTakeASeriesForWholeWhoseUpdatesCameBeforeItsVersion() {
    FlightsFixture changed =
        new FlightsFixture(
            flights, FlightsFile.text().replace("delay_minutes > 15", "delay_minutes > 30"));
    PaneProcessor first = start(1);
    passed(first, NOON);
    first.process(carries(changed, NOON));
    first.process(update(changed, "origin/JFK", NOON + 20 * MINUTE, 40, 1));

    PaneProcessor second = start(changed.runnable);
    passed(second, NOON + 80 * MINUTE);
    second.process(lookUp(2, NOON + 79 * MINUTE, "lacks the update"));
    second.process(lookUp(2, NOON + 80 * MINUTE, "whole"));

    assertThat(answers())
        .containsExactly(
            Map.entry("lacks the update", "[40.0, null] incomplete"),
            Map.entry("whole", "[40.0, null] whole"));
  }

  /** Under a shorter window an entity is forgotten that a longer one would still reach. */
  @Test
  void shouldNotTakeALongerWindowForWholeThanEntitiesWereKept() {
    FlightsFixture longer =
        new FlightsFixture(flights, FlightsFile.text().replace("window: 3h", "window: 6h"));
    PaneProcessor first = start(1);
    passed(first, NOON);

    PaneProcessor second = start(longer.runnable);
    passed(second, NOON);
    passed(second, NOON + 180 * MINUTE);
    second.process(lookUp(2, NOON + 174 * MINUTE, "reaches what was forgotten"));
    second.process(lookUp(2, NOON + 175 * MINUTE, "whole"));

    assertThat(answers())
        .containsExactly(
            Map.entry("reaches what was forgotten", "[null, null] incomplete"),
            Map.entry("whole", "[null, null] whole"));
  }

  /** Of the delay all that ever came, of whether it was late what came after a time. */
  private static Record<String, byte[]> carries(FlightsFixture version, long lateSince) {
    EntityFeatures origin = EntityFeatures.of(version.pipeline).getFirst();
    long[] series =
        origin.series().stream().mapToLong(one -> JoinPlan.seriesId("origin", one)).toArray();
    return new Record<>(
        "",
        new EntityMessage.Carries(0, 1, series, new long[] {Long.MIN_VALUE, lateSince}).toBytes(),
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
        key, new EntityMessage.Update(time, series, new double[] {delay, late}).toBytes(), 0);
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
    PaneProcessor processor =
        new PaneProcessor(new JoinPlan(runnable, flights.cache, new SimpleMeterRegistry()));
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
