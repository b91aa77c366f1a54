package io.millrace.transformer.stream;

import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.Watermarks;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * How far a task's vectors have come: as far as its examples, but not beyond one that still gathers
 * its windows.
 */
final class VectorClock {
  private static final String KEY = "examples";

  private final KeyValueStore<String, byte[]> store;
  private final DueIndex gathering;
  private final Watermarks examples;
  private long told = Watermarks.NONE;
  private Mark.@Nullable Idle toldIdle;

  VectorClock(KeyValueStore<String, byte[]> store, DueIndex gathering) {
    this.store = store;
    this.gathering = gathering;
    byte[] saved = store.get(KEY);
    this.examples = saved == null ? new Watermarks() : Watermarks.fromBytes(saved);
  }

  void examples(Mark mark) {
    switch (mark) {
      case Mark.Passed passed -> examples.passed(0, 1, passed.micros(), passed.round());
      case Mark.Idle idle -> examples.idle(0, 1, idle.cut(), idle.round());
    }
    store.put(KEY, examples.toBytes());
  }

  /** What is to be told now; empty when nothing is new. */
  Optional<Mark> next() {
    long earliest = gathering.earliest().orElse(Long.MAX_VALUE);
    if (earliest == Long.MAX_VALUE && examples.allIdle()) {
      Mark.Idle idle = new Mark.Idle(examples.idleAt(0), examples.round());
      boolean news = !idle.equals(toldIdle);
      toldIdle = idle;
      return news ? Optional.of(idle) : Optional.empty();
    }
    long passed = Math.max(told, Math.min(examples.combined(), earliest - 1));
    if (passed == told && toldIdle == null) {
      return Optional.empty();
    }
    told = passed;
    toldIdle = null;
    return Optional.of(
        new Mark.Passed(
            passed == Watermarks.NONE ? Watermarks.BEGINNING : passed, examples.round()));
  }
}
