package io.millrace.transformer.online;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What the Redis writer of one pipeline has done. */
final class WriterMetrics {
  private final Counter writes;
  private final Counter fills;
  private final Counter unavailable;
  private final AtomicLong lag = new AtomicLong();
  private final MeterRegistry meters;
  private final Gauge lagGauge;

  WriterMetrics(MeterRegistry meters, String pipeline) {
    this.writes = meters.counter("millrace.redis.writes", "pipeline", pipeline);
    this.fills = meters.counter("millrace.redis.fills", "pipeline", pipeline);
    this.unavailable = meters.counter("millrace.redis.unavailable", "pipeline", pipeline);
    this.meters = meters;
    this.lagGauge =
        Gauge.builder("millrace.redis.lag", lag, AtomicLong::get)
            .tag("pipeline", pipeline)
            .strongReference(true)
            .register(meters);
  }

  void written(FeatureBatch batch) {
    writes.increment(batch.writes().size());
  }

  /** A partition is read again from its beginning, because the store doesn't hold it. */
  void filling() {
    fills.increment();
  }

  void unavailable() {
    unavailable.increment();
  }

  /** Records of the features topic that are not in Redis yet. */
  void lag(long records) {
    lag.set(records);
  }

  /** Makes room for the lag of the pipeline's next writer. */
  void close() {
    meters.remove(lagGauge);
  }
}
