package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StoreSectionTest {
  private static final StoreSection<String, Long> FIRST =
      new StoreSection<>('a', Serdes.String(), Serdes.Long());
  private static final StoreSection<String, Long> SECOND =
      new StoreSection<>('b', Serdes.String(), Serdes.Long());
  private static final StoreSection<String, Long> LAST =
      new StoreSection<>('c', Serdes.String(), Serdes.Long());

  private final KeyValueStore<Bytes, byte[]> store =
      HotSections.in(
              Stores.keyValueStoreBuilder(
                      Stores.inMemoryKeyValueStore("store"), Serdes.Bytes(), Serdes.ByteArray())
                  .withLoggingDisabled(),
              "c")
          .build();
  private final KeyValueStore<String, Long> first = FIRST.of(store);
  private final KeyValueStore<String, Long> second = SECOND.of(store);
  private final KeyValueStore<String, Long> hot = LAST.of(store);

  @BeforeEach
  void open() {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
    store.init(context.getStateStoreContext(), store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldKeepTheSameKeysApart() {
    first.put("x", 1L);
    second.put("x", 2L);

    assertThat(first.get("x")).isEqualTo(1);
    assertThat(second.get("x")).isEqualTo(2);
    assertThat(first.delete("x")).isEqualTo(1);
    assertThat(first.get("x")).isNull();
    assertThat(second.putIfAbsent("x", 3L)).isEqualTo(2);
  }

  /** The empty key of the next section is the first that does not belong. */
  @Test
  void shouldIterateOverItsOwnInTheOrderOfTheirBytes() {
    first.put("", 0L);
    first.put("z", 2L);
    first.put("b", 1L);
    second.put("", 3L);
    second.put("a", 4L);

    assertThat(entries(first.all())).containsExactly("=0", "b=1", "z=2");
    assertThat(entries(first.range("b", null))).containsExactly("b=1", "z=2");
    assertThat(entries(first.range(null, "b"))).containsExactly("=0", "b=1");
    assertThat(entries(SECOND.all(store))).containsExactly("=3", "a=4");
    assertThat(entries(LAST.all(store))).isEmpty();
  }

  @Test
  void shouldWriteHotEntriesThroughWithTheCommit() {
    hot.put("x", 1L);
    hot.put("x", 2L);
    hot.put("y", 3L);
    assertThat(hot.get("x")).isEqualTo(2);
    assertThat(hot.delete("y")).isEqualTo(3);
    assertThat(hot.get("y")).isNull();
    assertThat(entries(hot.all())).as("not committed").isEmpty();

    ((HotSections) store).flushCache();

    assertThat(entries(hot.all())).containsExactly("x=2");
    assertThat(hot.get("x")).isEqualTo(2);
  }

  @Test
  void shouldForgetWhatWasNotCommitted() {
    hot.put("x", 1L);
    ((HotSections) store).flushCache();
    hot.put("x", 2L);

    ((HotSections) store).clearCache();

    assertThat(hot.get("x")).isEqualTo(1);
  }

  private static List<String> entries(KeyValueIterator<String, Long> all) {
    List<String> entries = new ArrayList<>();
    try (all) {
      while (all.hasNext()) {
        String next = all.peekNextKey();
        KeyValue<String, Long> entry = all.next();
        assertThat(entry.key).isEqualTo(next);
        entries.add(entry.key + "=" + entry.value);
      }
    }
    return entries;
  }
}
