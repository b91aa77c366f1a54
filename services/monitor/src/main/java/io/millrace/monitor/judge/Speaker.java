package io.millrace.monitor.judge;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.RunStep;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.serde.VersionHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Says things on the control plane, each in the transaction that remembers that it was said. What
 * was said once is not said again until it is something else.
 */
final class Speaker {
  private static final int ANY_PARTITIONS = 1;

  private final String pipeline;
  private final int version;
  private final Memory memory;
  private final ControlRecords<MetricsMeasured> metrics;
  private final ControlRecords<DriftMeasured> drift;
  private final ControlRecords<AlertEvent> alerts;
  private final ControlRecords<RunStep> runs;
  private final Consumer<ProducerRecord<byte[], byte[]>> out;

  Speaker(JudgePlan plan, Memory memory, Consumer<ProducerRecord<byte[], byte[]>> out) {
    this.pipeline = plan.runnable().name();
    this.version = plan.runnable().version();
    this.memory = memory;
    this.metrics = plan.metrics();
    this.drift = plan.drift();
    this.alerts = plan.alertRecords();
    this.runs = plan.runs();
    this.out = out;
  }

  /** Numbers of a window; the revision and the time are set here. */
  void say(MetricsMeasured said, Instant now) {
    String key = key(said.getVersion(), said.getWindowStart());
    said.setRevision(0);
    said.setAt(Instant.EPOCH);
    int revision = revision("metrics/" + key, bytes(MetricsMeasured::toByteBuffer, said));
    if (revision > 0) {
      said.setRevision(revision);
      said.setAt(now);
      send(metrics, key, said, now);
    }
  }

  /** A distance; the revision and the time are set here. */
  void say(DriftMeasured said, Instant now) {
    String key = key(said.getWindowStart(), said.getKind(), said.getField());
    said.setRevision(0);
    said.setAt(Instant.EPOCH);
    int revision = revision("drift/" + key, bytes(DriftMeasured::toByteBuffer, said));
    if (revision > 0) {
      said.setRevision(revision);
      said.setAt(now);
      send(drift, key, said, now);
    }
  }

  void say(AlertEvent alert) {
    send(alerts, key(alert.getAlert()), alert, alert.getAt());
  }

  /** Returns what was written, as it comes back through the topic. */
  ProducerRecord<byte[], byte[]> say(RunStep step) {
    return send(runs, key(step.getRun(), step.getStep()), step, step.getAt());
  }

  /** The key of a run's step. */
  String key(Object... parts) {
    StringBuilder key = new StringBuilder(pipeline);
    for (Object part : parts) {
      key.append('/').append(part);
    }
    return key.toString();
  }

  /** 0 when the same was said last. */
  private int revision(String key, byte[] content) {
    int last = memory.lastRevision(key);
    int revision = memory.revision(key, content);
    return revision == last ? 0 : revision;
  }

  private <T extends SpecificRecord> ProducerRecord<byte[], byte[]> send(
      ControlRecords<T> records, String key, T value, Instant now) {
    ProducerRecord<byte[], byte[]> record =
        records.record(pipeline, key, value, now, ANY_PARTITIONS);
    VersionHeader.set(record.headers(), version);
    out.accept(record);
    return record;
  }

  private interface Encoding<T> {
    java.nio.ByteBuffer of(T value) throws IOException;
  }

  private static <T> byte[] bytes(Encoding<T> encoding, T value) {
    try {
      java.nio.ByteBuffer buffer = encoding.of(value);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
