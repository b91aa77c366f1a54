package io.millrace.transformer.stream;

import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.watermarks.Watermarks;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How far a task's vectors have come: as far as its examples, but not beyond one that still gathers
 * its windows.
 */
final class VectorClock {
  private static final String KEY = "examples";

  private final KeyValueStore<String, byte[]> store;
  private final Gathering gathering;
  private final Watermarks examples;
  private long told = Watermarks.NONE;
  private boolean toldIdle;

  VectorClock(KeyValueStore<String, byte[]> store, Gathering gathering) {
    this.store = store;
    this.gathering = gathering;
    byte[] saved = store.get(KEY);
    this.examples = saved == null ? new Watermarks() : Watermarks.fromBytes(saved);
  }

  void examplesPassed(long micros) {
    examples.passed(0, 1, micros);
    store.put(KEY, examples.toBytes());
  }

  void examplesIdle() {
    examples.idle(0, 1);
    store.put(KEY, examples.toBytes());
  }

  /** What is to be told now, as a watermark's header says it; empty when nothing is new. */
  Optional<String> next() {
    long earliest = gathering.earliest().orElse(Long.MAX_VALUE);
    if (earliest == Long.MAX_VALUE && examples.allIdle()) {
      boolean news = !toldIdle;
      toldIdle = true;
      return news ? Optional.of(MillraceHeaders.IDLE) : Optional.empty();
    }
    long passed = Math.max(told, Math.min(examples.combined(), earliest - 1));
    if (passed == told && !toldIdle) {
      return Optional.empty();
    }
    told = passed;
    toldIdle = false;
    return Optional.of(Long.toString(passed == Watermarks.NONE ? Watermarks.BEGINNING : passed));
  }
}
