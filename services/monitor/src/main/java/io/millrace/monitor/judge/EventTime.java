package io.millrace.monitor.judge;

import io.millrace.messaging.watermarks.PeerWatermarks;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.windows.JudgeMessage.Idle;
import io.millrace.monitor.windows.JudgeMessage.Passed;
import io.millrace.monitor.windows.JudgeMessage.Source;
import java.util.EnumMap;
import java.util.Map;

/** How far all partitions are, with predictions and with labels. */
final class EventTime {
  private final Memory memory;
  private final Map<Source, PeerWatermarks> watermarks = new EnumMap<>(Source.class);
  private long labels;

  EventTime(Memory memory) {
    this.memory = memory;
    for (Source source : Source.values()) {
      watermarks.put(
          source,
          memory
              .marks(source.name())
              .map(PeerWatermarks::fromBytes)
              .orElseGet(PeerWatermarks::new));
    }
    labels = memory.labelsPassed().orElse(Watermarks.NONE);
  }

  void accept(Passed passed) {
    PeerWatermarks of = of(passed.source());
    of.passed(passed.partition(), passed.partitions(), passed.time());
    memory.putMarks(passed.source().name(), of.toBytes());
    passLabels();
  }

  void accept(Idle idle) {
    PeerWatermarks of = of(idle.source());
    of.idle(idle.partition(), idle.partitions(), idle.cut());
    memory.putMarks(idle.source().name(), of.toBytes());
    passLabels();
  }

  long predictions() {
    return of(Source.PREDICTIONS).combined();
  }

  /**
   * Labels that are idle are not waited for: as far as predictions are. When they wake up it does
   * not go back.
   */
  long labels() {
    return labels;
  }

  /** {@link Watermarks#NONE} while one of them is not known. */
  long both() {
    return Math.min(predictions(), labels());
  }

  private void passLabels() {
    PeerWatermarks own = of(Source.LABELS);
    long passed = Math.max(own.combined(), own.allIdle() ? predictions() : Watermarks.NONE);
    if (passed > labels) {
      labels = passed;
      memory.putLabelsPassed(labels);
    }
  }

  private PeerWatermarks of(Source source) {
    return watermarks.computeIfAbsent(source, unused -> new PeerWatermarks());
  }
}
