package io.millrace.monitor.judge;

import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.monitor.verdicts.FieldDistance;
import io.millrace.monitor.verdicts.Verdict;
import io.millrace.monitor.verdicts.VersionNumbers;
import io.millrace.monitor.verdicts.WindowNumbers;
import io.millrace.monitor.windows.Tumbling;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts verdicts into the words of the control plane. */
record Words(String pipeline, Tumbling windows) {

  MetricsMeasured of(WindowNumbers window, int version, VersionNumbers numbers, Verdict verdict) {
    MetricsMeasured.Builder words =
        MetricsMeasured.newBuilder()
            .setPipeline(pipeline)
            .setVersion(version)
            .setWindowStart(CloudEvents.instant(window.start()))
            .setWindowEnd(CloudEvents.instant(windows.end(window.start())))
            .setRevision(0)
            .setPredictions(numbers.predictions())
            .setLabelled(numbers.labelled())
            .setMetrics(named(numbers.metrics()))
            .setExpected(named(numbers.expected()))
            .setClosedBy(closedBy(window))
            .setAt(Instant.EPOCH);
    switch (verdict) {
      case Verdict.Open open -> words.setVerdict("OPEN");
      case Verdict.NotJudged not -> words.setVerdict("NOT_JUDGED").setReason(not.reason().name());
      case Verdict.Healthy healthy ->
          set(words.setVerdict("HEALTHY"), healthy.usual(), healthy.first());
      case Verdict.Decayed decayed ->
          set(words.setVerdict("DECAYED"), decayed.usual(), decayed.first());
    }
    return words.build();
  }

  private static void set(
      MetricsMeasured.Builder words, Verdict.Bound usual, Optional<Verdict.Bound> first) {
    words.setBaseline(usual.baseline()).setLimit(usual.limit());
    first.ifPresent(bound -> words.setFirstBaseline(bound.baseline()).setFirstLimit(bound.limit()));
  }

  private static Map<String, Double> named(Map<Metric, Double> metrics) {
    Map<String, Double> named = new TreeMap<>();
    metrics.forEach((metric, value) -> named.put(metric.name().toLowerCase(Locale.ROOT), value));
    return named;
  }

  DriftMeasured of(WindowNumbers window, FieldDistance distance) {
    return DriftMeasured.newBuilder()
        .setPipeline(pipeline)
        .setField(distance.field())
        .setKind(distance.kind().name())
        .setWindowStart(CloudEvents.instant(window.start()))
        .setWindowEnd(CloudEvents.instant(windows.end(window.start())))
        .setRevision(0)
        .setVersion(distance.version())
        .setReferenceStart(instant(distance.referenceStart()))
        .setCount(distance.count())
        .setReferenceCount(distance.referenceCount())
        .setJsdBits(distance.jsdBits())
        .setChance(distance.chance())
        .setLInfinity(distance.lInfinity())
        .setLInfinityChance(distance.lInfinityChance())
        .setClosedBy(closedBy(window))
        .setVerdict(distance.isJudged() ? distance.outcome().name() : "NOT_JUDGED")
        .setReason(distance.isJudged() ? "" : distance.outcome().name())
        .setAt(Instant.EPOCH)
        .build();
  }

  private static String closedBy(WindowNumbers window) {
    return window.closedBy() == null ? "" : window.closedBy().name();
  }

  private static @Nullable Instant instant(@Nullable Long micros) {
    return micros == null ? null : CloudEvents.instant(micros);
  }
}
