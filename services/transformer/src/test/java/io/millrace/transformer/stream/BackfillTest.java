package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.limits.Limit;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.fixtures.DriverProperties;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.transformer.stream.EventJoinProcessor.Event;
import io.millrace.transformer.stream.EventJoinProcessor.Source;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A task's updates of a new series, of what came before it, with it and after it. */
class BackfillTest {
  private static final Instant NOON = Instant.parse("2001-01-08T12:00:00Z");
  private static final int FLIGHTS = 5_000;
  private static final Comparator<Sent> ORDER =
      Comparator.comparingLong(Sent::time).thenComparing(Sent::key);

  private final FlightsFixture flights = new FlightsFixture(1);
  private final FlightsFixture later =
      new FlightsFixture(
          flights, FlightsFile.text().replace("delay_minutes > 15", "delay_minutes > 30"));
  private final RecordedHistory history = new RecordedHistory();
  private final List<Sent> sent = new ArrayList<>();
  private TreeMap<Bytes, byte[]> committed = new TreeMap<>();
  private Task task;

  @TempDir Path folder;

  /** What goes to an entity, by the number of the series. */
  private record Sent(String key, long series, long time, double value) {}

  /** One life of the task: it begins with what was committed, and what it sends counts with it. */
  private final class Task {
    private final MockProcessorContext<String, Output> context;
    private final KeyValueStore<Bytes, byte[]> ids =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(TransformerTopology.IDS),
                Serdes.Bytes(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private final EventJoinProcessor processor;

    Task(RunnablePipeline version) {
      context =
          new MockProcessorContext<>(
              DriverProperties.of("test"), new TaskId(0, 0), new File(folder.toFile(), "task"));
      add(ids);
      add(DueIndex.inMemory(TransformerTopology.GATHERING).build());
      add(DueIndex.inMemory(TransformerTopology.EXPIRING).build());
      committed.forEach(ids::put);
      context.setCurrentSystemTimeMs(NOON.toEpochMilli());
      processor =
          new EventJoinProcessor(
              new JoinPlan(
                  version,
                  Optional.empty(),
                  number -> number == 1 ? Optional.of(flights.runnable) : Optional.empty(),
                  flights.cache,
                  new SimpleMeterRegistry()),
              history);
      processor.init(context);
    }

    private void add(KeyValueStore<Bytes, byte[]> store) {
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
    }

    void process(Arrival one) {
      context.setRecordMetadata(one.source().name(), 0, one.offset());
      processor.process(
          new Record<>(
              one.id(), new Event(one.source(), one.value()), context.currentSystemTimeMs()));
    }

    void tick() {
      context.scheduledPunctuators().stream()
          .filter(one -> one.getType() == PunctuationType.WALL_CLOCK_TIME)
          .filter(one -> one.getInterval().equals(Duration.ofMillis(100)))
          .forEach(one -> one.getPunctuator().punctuate(0));
    }

    /** What it has sent and what it has noted become true together. */
    void commit() {
      for (MockProcessorContext.CapturedForward<? extends String, ? extends Output> forward :
          context.forwarded()) {
        if (forward.record().value() instanceof Output.ToEntity message
            && EntityMessage.fromBytes(message.value()) instanceof EntityMessage.Update update) {
          for (int i = 0; i < update.series().length; i++) {
            if (!Double.isNaN(update.values()[i])) {
              sent.add(
                  new Sent(
                      forward.record().key(),
                      update.series()[i],
                      update.time(),
                      update.values()[i]));
            }
          }
        }
      }
      context.resetForwards();
      committed = new TreeMap<>();
      try (KeyValueIterator<Bytes, byte[]> all = ids.all()) {
        all.forEachRemaining(entry -> committed.put(entry.key, entry.value));
      }
    }

    boolean isFilling() {
      try (KeyValueIterator<String, byte[]> jobs =
          TransformerTopology.EVENT_WATERMARKS.of(ids).range("fill/", "fill/~")) {
        return jobs.hasNext();
      }
    }

    long since(long series) {
      return EntityMessage.fromBytes(TransformerTopology.EVENT_WATERMARKS.of(ids).get("carried"))
              instanceof EntityMessage.Carries carries
          ? carries.sinceOf(series).orElseThrow()
          : Long.MAX_VALUE;
    }

    /** The same before anything was filled. */
    long told(long series) {
      tick();
      return since(series);
    }

    void close() {
      processor.close();
    }
  }

  @AfterEach
  void stop() {
    task.close();
  }

  /** An event, in the order of arrival; read as often as the task lives again. */
  private record Arrival(Source source, String id, long offset, byte[] value) {}

  /** What is true of a flight. */
  private record Flight(long departure, long arrival, long delay, String origin, String target) {}

  /**
   * Departures and arrivals in a random order, the file changed somewhere in it, the task killed at
   * random moments: each label is sent with the new series exactly once.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldSendEachLabelWithTheNewSeriesOnceHoweverOftenItIsKilled(long seed) {
    Random random = new Random(seed);
    List<Flight> all = flights(random);
    List<Arrival> events = events(all, random);
    int change = FLIGHTS / 2 + random.nextInt(FLIGHTS);
    task = new Task(flights.runnable);
    events.subList(0, change).forEach(task::process);
    task.commit();
    int committed = change;
    int next = change;
    int lives = 0;
    restart();
    while (committed < events.size() || task.isFilling()) {
      for (int n = random.nextInt(200); n > 0 && next < events.size(); n--) {
        task.process(events.get(next++));
      }
      task.tick();
      if (lives < 20 && random.nextInt(5) == 0) {
        lives++;
        restart();
        next = committed;
      } else if (random.nextBoolean()) {
        task.commit();
        committed = next;
      }
    }

    task.commit();

    assertThat(lives).isGreaterThan(3);
    List<Sent> expected = expected(all);
    List<Sent> missing = new ArrayList<>(expected);
    sentAnew().forEach(missing::remove);
    List<Sent> twice = new ArrayList<>(sentAnew());
    expected.forEach(twice::remove);
    assertThat(missing).as("missing").isEmpty();
    assertThat(twice).as("twice").isEmpty();
    assertThat(task.since(late())).isEqualTo(Long.MIN_VALUE);
  }

  /** Of what retention has dropped it is said how late it may have been. */
  @ParameterizedTest
  @EnumSource(Source.class)
  void shouldSayUpToWhenLabelsAreMissingThatOrWhoseExamplesAreNotKept(Source source) {
    Random random = new Random(6 + source.ordinal());
    List<Flight> all = flights(random);
    List<Arrival> events = events(all, random);
    task = new Task(flights.runnable);
    events.forEach(task::process);
    task.commit();
    int dropped = FLIGHTS / 2;
    history.drop(
        source == Source.EXAMPLES ? new History.Place(dropped, 0) : new History.Place(0, dropped));
    restart();
    fill();

    List<Sent> sent = sentAnew();
    long since = task.since(late());
    List<Sent> expected = expected(all);
    assertThat(sent).hasSizeBetween(1, expected.size() - 1);
    assertThat(since).isGreaterThan(Long.MIN_VALUE);
    assertThat(expected.stream().filter(one -> one.time() > since))
        .isNotEmpty()
        .allMatch(sent::contains);
  }

  /** An id that is too long was no event then, and is none now. */
  @Test
  void shouldSendNothingOfAnIdThatIsTooLong() {
    Flight flight = flights(new Random(9)).getFirst();
    task = new Task(flights.runnable);
    int most = Limit.KEY_FIELD_CHARACTERS.most();
    for (String id : List.of("\u00e9".repeat(most), "e".repeat(most + 1))) {
      task.process(arrival(Source.EXAMPLES, id, 0, flight));
      task.process(arrival(Source.LABELS, id, 0, flight));
    }
    task.commit();
    restart();
    fill();

    assertThat(sentAnew()).isEqualTo(expected(List.of(flight)));
  }

  /** The field was not in the file of old: of what came then nobody knows it. */
  @Test
  void shouldNotTakeAFieldForKnownThatTheFileDidNotHave() {
    FlightsFixture more =
        new FlightsFixture(
            flights,
            FlightsFile.text()
                .replace(
                    "delay_minutes: {type: INT",
                    "gate: {type: INT}\n        delay_minutes: {type: INT")
                .replace("mean: late,", "mean: gate,"));
    List<Arrival> events = events(flights(new Random(8)), new Random(8));
    task = new Task(flights.runnable);
    events.forEach(task::process);
    task.commit();
    task.close();
    task = new Task(more.runnable);
    long gate =
        JoinPlan.seriesId("origin", EntityFeatures.of(more.pipeline).getFirst().series().get(1));
    long told = task.told(gate);
    fill();

    assertThat(sent).noneMatch(one -> one.series() == gate);
    assertThat(told).isGreaterThan(Long.MIN_VALUE);
    assertThat(task.since(gate)).isEqualTo(told);
  }

  private void fill() {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    do {
      task.tick();
      task.commit();
      assertThat(System.nanoTime()).isLessThan(deadline);
    } while (task.isFilling());
  }

  private void restart() {
    task.close();
    task = new Task(later.runnable);
  }

  private long late() {
    EntityFeatures features = EntityFeatures.of(later.pipeline).getFirst();
    return JoinPlan.seriesId(features.entity(), features.series().get(1));
  }

  private List<Sent> sentAnew() {
    return sent.stream().filter(one -> one.series() == late()).sorted(ORDER).toList();
  }

  private List<Sent> expected(List<Flight> all) {
    return all.stream()
        .map(
            flight ->
                new Sent(
                    "origin/" + flight.origin(),
                    late(),
                    flight.arrival(),
                    flight.delay() > 30 ? 1 : 0))
        .sorted(ORDER)
        .toList();
  }

  private static List<Flight> flights(Random random) {
    long noon = FlightsFixture.micros(NOON);
    List<Flight> all = new ArrayList<>();
    for (int i = 0; i < FLIGHTS; i++) {
      long departure = noon + i * 1_000_000L;
      all.add(
          new Flight(
              departure,
              departure + 1 + (long) (random.nextDouble() * 3_600_000_000L),
              random.nextInt(60),
              "A" + random.nextInt(50),
              "B" + random.nextInt(50)));
    }
    return all;
  }

  /** By the time at which they happen, give or take; some arrive before they have departed. */
  private List<Arrival> events(List<Flight> all, Random random) {
    record Happening(double when, Source source, int flight) {}
    List<Happening> happenings = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      double jitter = 600_000_000.0 * random.nextDouble();
      happenings.add(new Happening(all.get(i).departure() + jitter, Source.EXAMPLES, i));
      happenings.add(new Happening(all.get(i).arrival(), Source.LABELS, i));
    }
    happenings.sort(Comparator.comparingDouble(Happening::when));
    List<Arrival> events = new ArrayList<>();
    for (Happening one : happenings) {
      events.add(arrival(one.source(), "" + one.flight(), one.flight(), all.get(one.flight())));
    }
    return events;
  }

  private Arrival arrival(Source source, String id, int number, Flight flight) {
    byte[] value =
        source == Source.EXAMPLES
            ? flights.departure(
                number, instant(flight.departure()), flight.origin(), flight.target())
            : flights.arrival(number, instant(flight.arrival()), flight.delay());
    return new Arrival(source, id, history.add(source, id, value), value);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
