package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.streams.DueIndex.Due;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DueIndexTest {
  private final KeyValueStore<Bytes, byte[]> store = DueIndex.inMemory("due").build();
  private final DueIndex index = new DueIndex(store);

  @BeforeEach
  void open() {
    store.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldGiveTheEarliestFirstEachOnceAndNoneThatIsNotDue() {
    index.add(5, "b");
    index.add(-7, "ä");
    index.add(5, "a");
    index.add(6, "c");
    index.add(Long.MIN_VALUE, "never");

    assertThat(index.take(6, 3))
        .containsExactly(new Due(Long.MIN_VALUE, "never"), new Due(-7, "ä"), new Due(5, "a"));
    assertThat(index.take(6, 3)).containsExactly(new Due(5, "b"));
    assertThat(index.take(6, 3)).isEmpty();
    assertThat(index.earliest()).isEqualTo(OptionalLong.of(6));
    assertThat(index.take(7, 3)).containsExactly(new Due(6, "c"));
    assertThat(index.earliest()).isEmpty();
  }

  @Test
  void shouldForgetOneAndAll() {
    index.add(1, "a");
    index.add(1, "b");
    index.add(2, "c");
    index.remove(1, "a");
    index.remove(9, "c");
    assertThat(index.keys()).containsExactly("b", "c");

    index.clear();
    assertThat(index.keys()).isEmpty();
  }
}
