package io.millrace.monitor.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.windows.JudgeMessage.Idle;
import io.millrace.monitor.windows.JudgeMessage.Passed;
import io.millrace.monitor.windows.JudgeMessage.Source;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventTimeTest {
  private final KeyValueStore<String, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("memory"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final EventTime time = started();

  private EventTime started() {
    var context = new MockProcessorContext<Void, Void>();
    store.init(context.getStateStoreContext(), store);
    return new EventTime(new Memory(store));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldTakeIdleLabelsToBeAsFarAsPredictions() {
    time.accept(new Passed(Source.LABELS, 0, 1, 5));
    time.accept(new Passed(Source.PREDICTIONS, 0, 1, 20));
    assertThat(time.labels()).isEqualTo(5);

    time.accept(new Idle(Source.LABELS, 0, 1, 7));
    assertThat(time.labels()).isEqualTo(20);
    time.accept(new Passed(Source.PREDICTIONS, 0, 1, 30));
    assertThat(time.both()).isEqualTo(30);
  }

  @Test
  void shouldNotGoBackWhenLabelsWakeUpNorWhenItStartsAgain() {
    time.accept(new Passed(Source.PREDICTIONS, 0, 1, 20));
    time.accept(new Idle(Source.LABELS, 0, 1, 7));
    time.accept(new Passed(Source.LABELS, 0, 1, 7));
    assertThat(time.labels()).isEqualTo(20);

    EventTime again = new EventTime(new Memory(store));

    assertThat(again.labels()).isEqualTo(20);
    assertThat(again.predictions()).isEqualTo(20);
  }

  @Test
  void shouldKnowNothingBeforeAllHaveSpoken() {
    time.accept(new Passed(Source.PREDICTIONS, 0, 2, 20));

    assertThat(time.predictions()).isEqualTo(Watermarks.NONE);
    assertThat(time.both()).isEqualTo(Watermarks.NONE);
  }
}
