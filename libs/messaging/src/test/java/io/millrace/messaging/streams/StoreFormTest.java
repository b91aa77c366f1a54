package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreFormTest {
  private static final StoreForm OLDER = new StoreForm((byte) 2);
  private static final StoreForm NEWER = new StoreForm((byte) 3);

  private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
  private final KeyValueStore<Bytes, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("ids"), Serdes.Bytes(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();

  StoreFormTest() {
    store.init(context.getStateStoreContext(), store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldTakeAStoreThatDoesNotSayForTheFirstForm() {
    assertThat(NEWER.of(store)).isEqualTo((byte) 1);
  }

  @Test
  void shouldSayTheFormSoonAndOnce() {
    OLDER.keep(context, store);
    CapturedPunctuator soon = context.scheduledPunctuators().getFirst();
    soon.getPunctuator().punctuate(0);

    assertThat(soon.cancelled()).isTrue();
    assertThat(NEWER.of(store)).isEqualTo((byte) 2);
    OLDER.keep(context, store);
    assertThat(context.scheduledPunctuators()).hasSize(1);
  }

  @Test
  void shouldSayThatAStoreWithSomethingInItIsTakenOver() {
    assertThat(NEWER.takenOver(store)).isEmpty();
    OLDER.write(store);

    assertThat(NEWER.takenOver(store))
        .contains(
            "store=ids of an older Millrace is taken over: form 2 is form 3 now, about 1 entries");
    assertThat(OLDER.takenOver(store)).isEmpty();
  }

  @Test
  void shouldRefuseWhatANewerOneWrote() {
    NEWER.write(store);

    assertThatThrownBy(() -> OLDER.keep(context, store))
        .isInstanceOf(NewerStateException.class)
        .hasMessageContaining("form 3")
        .hasMessageContaining("up to 2");
  }

  @Test
  void shouldFindItWhereAStoreIsRestoredToo() {
    StateChecks.Check check = StateChecks.sections(OLDER, Map.of());
    byte[] key = "0form".getBytes(StandardCharsets.US_ASCII);

    StateChecks.check(check, new ConsumerRecord<>("t", 0, 1, key, new byte[] {2}));
    assertThatThrownBy(
            () -> StateChecks.check(check, new ConsumerRecord<>("t", 0, 1, key, new byte[] {3})))
        .satisfies(e -> assertThat(Cause.of(e)).isEqualTo(Cause.STATE))
        .isInstanceOf(NewerStateException.class);
    assertThatThrownBy(
            () -> StateChecks.check(check, new ConsumerRecord<>("t", 0, 1, key, new byte[0])))
        .isInstanceOf(NewerStateException.class);
  }
}
