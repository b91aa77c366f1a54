package io.millrace.ingest.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this process has taken and refused since it started. Accepted are records that the broker
 * acknowledged; refused are requests, of which nothing was written.
 */
@ApplicationScoped
public class EventCounts {
  static final String ACCEPTED = "millrace.ingest.accepted";
  static final String REFUSED = "millrace.ingest.refused";

  /** Instead of a name that whoever sends requests could make up. */
  static final String UNKNOWN = "unknown";

  private final MeterRegistry meters;

  @Inject
  public EventCounts(MeterRegistry meters) {
    this.meters = meters;
  }

  void accepted(String pipeline, String stream, int records) {
    meters.counter(ACCEPTED, "pipeline", pipeline, "stream", stream).increment(records);
  }

  void refused(String pipeline, String stream, ErrorCode code) {
    meters
        .counter(REFUSED, "pipeline", pipeline, "stream", stream, "code", code.name())
        .increment();
  }

  /** For {@code GET /v1/pipelines/{name}}: accepted by stream, refused by code. */
  Map<String, Object> of(String pipeline, Iterable<String> streams) {
    Map<String, Long> accepted = new TreeMap<>();
    streams.forEach(stream -> accepted.put(stream, 0L));
    sum(accepted, ACCEPTED, pipeline, "stream");
    Map<String, Long> refused = new TreeMap<>();
    sum(refused, REFUSED, pipeline, "code");
    return Map.of("accepted", accepted, "refused", refused);
  }

  private void sum(Map<String, Long> sums, String meter, String pipeline, String tag) {
    for (Counter counter : meters.find(meter).tag("pipeline", pipeline).counters()) {
      sums.merge(String.valueOf(counter.getId().getTag(tag)), (long) counter.count(), Long::sum);
    }
  }
}
