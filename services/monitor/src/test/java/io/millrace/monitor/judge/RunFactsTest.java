package io.millrace.monitor.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PartWritten;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.streams.StoreSection;
import io.millrace.monitor.policy.Facts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunFactsTest {
  private static final int SCHEMA_ID = 8;
  private static final int PARTS = 10_000;
  private static final Instant BEGIN = Instant.parse("2001-01-01T00:00:00Z");

  private final SchemaCache schemas =
      new SchemaCache(new RegistryInMemory(SCHEMA_ID, PartWritten.getClassSchema()));
  private final RecordEncoder encoder = RecordEncoder.specific(SCHEMA_ID, PartWritten.class);
  private final KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore("judge").get();

  @BeforeEach
  void open() {
    store.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldCountEveryPartOnceAlsoAfterAStart() {
    RunFacts facts = start();
    for (int number = 0; number < PARTS; number++) {
      tell(facts, number);
    }
    assertThat(rows(facts.facts())).containsExactly(PARTS, PARTS / 2);

    RunFacts again = start();
    assertThat(rows(again.facts())).containsExactly(PARTS, PARTS / 2);
    for (int number = 0; number < PARTS + 7; number++) {
      tell(again, number);
    }
    assertThat(rows(again.facts())).containsExactly(PARTS + 7, PARTS / 2 + 7);
  }

  @Test
  void shouldForgetWhatIsReplacedOrTakenBackAlsoAfterAStart() {
    RunFacts facts = start();
    for (int number = 0; number < 100; number++) {
      tell(facts, number);
    }

    PartWritten merged =
        PartWritten.newBuilder(part(0))
            .setPart("merged")
            .setRows(90)
            .setReplaces(IntStream.range(0, 90).mapToObj(number -> "p" + number).toList())
            .build();
    facts.accept("flights/merged/1", fact(merged), 0);
    facts.accept("flights/p3/1", JudgeInput.Fact.of(JudgeInput.PARTS, null), 0);
    assertThat(facts.facts().rows()).isEqualTo(100);
    facts.accept("flights/p95/1", JudgeInput.Fact.of(JudgeInput.PARTS, null), 0);

    assertThat(facts.facts().rows()).isEqualTo(99);
    assertThat(start().facts().rows()).isEqualTo(99);
    assertThat(store.approximateNumEntries()).isEqualTo(10);
  }

  @Test
  void shouldKnowThePartsThatAnEarlierMillraceKeptAsFacts() {
    for (int number = 0; number < 3; number++) {
      memory().putFact("flights/p" + number + "/1", fact(number));
    }

    RunFacts facts = start();
    for (int number = 0; number < 4; number++) {
      tell(facts, number);
    }

    assertThat(rows(facts.facts()).getFirst()).isEqualTo(4);
  }

  @Test
  void shouldForgetWhatWasTakenBackAlsoAfterAStart() {
    RunFacts facts = start();
    for (int number = 0; number < PARTS; number++) {
      tell(facts, number);
    }

    facts.accept(new JudgeInput.Purged(JudgeInput.PARTS));
    tell(facts, 3);

    assertThat(rows(facts.facts()).getFirst()).isEqualTo(1);
    assertThat(rows(start().facts()).getFirst()).isEqualTo(1);
  }

  /** Records without a value go from the topic after a day, and so do parts that were replaced. */
  @Test
  void shouldForgetWhatWasMergedTwiceOrTakenBackWhileItWasAway() {
    RunFacts facts = start();
    for (int number = 0; number < 100; number++) {
      tell(facts, number);
    }
    PartWritten day = // of those of two hours, of which it has not heard either
        PartWritten.newBuilder(part(0))
            .setPart("day")
            .setRows(90)
            .setReplaces(List.of("hour 1", "hour 2"))
            .build();
    Set<String> there =
        IntStream.range(91, 100).mapToObj(number -> "p" + number).collect(Collectors.toSet());
    there.add("day");

    RunFacts again = start(() -> Optional.of(there));
    again.accept("flights/day/1", fact(day), 0);

    assertThat(again.facts().rows()).isEqualTo(99);
    assertThat(store.approximateNumEntries()).isEqualTo(10);
    assertThat(start(Optional::empty).facts().rows()).as("what can't be had").isEqualTo(99);
  }

  private RunFacts start() {
    return start(Optional::empty);
  }

  private RunFacts start(Supplier<Optional<Set<String>>> there) {
    return new RunFacts("flights", schemas, memory(), there);
  }

  private Memory memory() {
    return new Memory(new StoreSection<>('m', Serdes.String(), Serdes.ByteArray()).of(store));
  }

  /** All, and those of the later half of the time. */
  private static List<Integer> rows(Facts facts) {
    List<Integer> rows = new ArrayList<>();
    rows.add(Math.toIntExact(facts.rows()));
    rows.add(Math.toIntExact(facts.rowsSince(BEGIN.plusSeconds(PARTS / 2 * 36L))));
    return rows;
  }

  private void tell(RunFacts facts, int number) {
    facts.accept("flights/p" + number + "/1", fact(number), 0);
  }

  /** A part of one row every 36 seconds, so that the half is a whole hour. */
  private JudgeInput.Fact fact(int number) {
    return fact(part(number));
  }

  private JudgeInput.Fact fact(PartWritten part) {
    return JudgeInput.Fact.of(JudgeInput.PARTS, encoder.encode(part));
  }

  private static PartWritten part(int number) {
    Instant time = BEGIN.plusSeconds(36L * number);
    return PartWritten.newBuilder()
        .setPipeline("flights")
        .setPart("p" + number)
        .setUri("file:///none")
        .setSha256("0".repeat(64))
        .setBytes(1)
        .setRows(1)
        .setPartition(0)
        .setFirstOffset(2L * number)
        .setLastOffset(2L * number)
        .setMinTime(time)
        .setMaxTime(time)
        .setPipelineVersion(1)
        .build();
  }
}
