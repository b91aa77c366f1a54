package io.millrace.monitor.http;

import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.monitor.history.Swap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Live metrics, distances and swaps as answers show them. */
final class MeasuredJson {
  private MeasuredJson() {}

  static Map<String, Object> of(MetricsMeasured measured) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", measured.getVersion());
    body.put("start", measured.getWindowStart());
    body.put("end", measured.getWindowEnd());
    body.put("revision", measured.getRevision());
    body.put("predictions", measured.getPredictions());
    body.put("labelled", measured.getLabelled());
    body.put("metrics", measured.getMetrics());
    body.put("expected", measured.getExpected());
    body.put("verdict", measured.getVerdict());
    body.put("reason", measured.getReason());
    body.put("closedBy", measured.getClosedBy());
    putKnown(body, "baseline", measured.getBaseline());
    putKnown(body, "limit", measured.getLimit());
    putKnown(body, "firstBaseline", measured.getFirstBaseline());
    putKnown(body, "firstLimit", measured.getFirstLimit());
    body.put("at", measured.getAt());
    return body;
  }

  static Map<String, Object> of(DriftMeasured measured) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kind", measured.getKind());
    body.put("field", measured.getField());
    body.put("start", measured.getWindowStart());
    body.put("end", measured.getWindowEnd());
    body.put("revision", measured.getRevision());
    putKnown(body, "version", measured.getVersion());
    putKnown(body, "referenceStart", measured.getReferenceStart());
    body.put("count", measured.getCount());
    body.put("referenceCount", measured.getReferenceCount());
    putKnown(body, "jsdBits", measured.getJsdBits());
    putKnown(body, "chance", measured.getChance());
    putKnown(body, "lInfinity", measured.getLInfinity());
    putKnown(body, "lInfinityChance", measured.getLInfinityChance());
    body.put("verdict", measured.getVerdict());
    body.put("reason", measured.getReason());
    body.put("closedBy", measured.getClosedBy());
    body.put("at", measured.getAt());
    return body;
  }

  static Map<String, Object> of(Swap swap) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", swap.move().version());
    swap.move().previous().ifPresent(previous -> body.put("previous", previous));
    body.put("reason", swap.move().moved().getReason());
    body.put("at", swap.move().at());
    swap.eventTime().ifPresent(time -> body.put("eventTime", time));
    return body;
  }

  private static void putKnown(Map<String, Object> body, String key, @Nullable Object value) {
    if (value != null) {
      body.put(key, value);
    }
  }
}
