package io.millrace.transformer.parts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.contracts.control.PartWritten;
import java.util.List;

/** What the part writer of one pipeline has done; counted once it is committed. */
final class PartMetrics {
  private final Counter parts;
  private final Counter rows;
  private final Counter bytes;
  private final Counter retries;
  private final Counter compacted;
  private final Counter removed;
  private final Timer write;
  private final Timer compaction;

  PartMetrics(MeterRegistry meters, String pipeline) {
    this.parts = meters.counter("millrace.parts.written", "pipeline", pipeline);
    this.rows = meters.counter("millrace.parts.rows", "pipeline", pipeline);
    this.bytes = meters.counter("millrace.parts.bytes", "pipeline", pipeline);
    this.retries = meters.counter("millrace.parts.retries", "pipeline", pipeline);
    this.compacted = meters.counter("millrace.parts.compacted", "pipeline", pipeline);
    this.removed = meters.counter("millrace.parts.removed", "pipeline", pipeline);
    this.write = meters.timer("millrace.parts.write", "pipeline", pipeline);
    this.compaction = meters.timer("millrace.parts.compaction", "pipeline", pipeline);
  }

  void committed(List<PartWritten> written) {
    for (PartWritten part : written) {
      parts.increment();
      rows.increment(part.getRows());
      bytes.increment(part.getBytes());
    }
  }

  void retried() {
    retries.increment();
  }

  /** So many parts are one now. */
  void compacted(int replaced) {
    compacted.increment(replaced);
  }

  /** So many parts are older than the pipeline keeps them. */
  void removed(int parts) {
    removed.increment(parts);
  }

  Timer compaction() {
    return compaction;
  }

  Timer write() {
    return write;
  }
}
