package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.limits.Limit;
import io.millrace.messaging.pipelines.RunnablePipeline;
import java.time.Duration;
import java.util.List;
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
  private final FlightsFixture flights = new FlightsFixture(1);
  private final MockProcessorContext<String, PaneOutput> context = new MockProcessorContext<>();
  private final KeyValueStore<Bytes, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(TransformerTopology.ENTITIES),
              Serdes.Bytes(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .build();

  PaneProcessorTest() {
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    context.setRecordMetadata("entities", 0, 17);
    context.setCurrentSystemTimeMs(Duration.ofDays(1).toMillis());
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** The version that it came to could not know what the one it asks has. */
  @Test
  void shouldPassOverALookUpOfALaterVersionForAnEntityThatItDoesNotHave() {
    start(1).process(new Record<>("nobody/x", new EntityMessage.LookUp(2, 0, "1").toBytes(), 0));
    start(2).process(lookUp(2, "2"));

    tick();

    assertThat(answered()).containsExactly("2");
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

  private PaneProcessor start(int version) {
    RunnablePipeline runnable = flights.runnable;
    PaneProcessor processor =
        new PaneProcessor(
            new JoinPlan(
                new RunnablePipeline(
                    runnable.pipeline(), version, runnable.partitions(), runnable.schemaIds()),
                flights.cache));
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
