package io.millrace.validator.pipelines;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.validator.counts.Counts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * When to say that records of a stream stand in other partitions than Kafka's partitioner gives
 * their keys: with the first that this process reads, again each hour that it goes on, and that it
 * is over after an hour without. The latter also of what an earlier process counted, which may have
 * said so. Not safe for several threads.
 */
final class MisplacedRecords {
  static final Duration QUIET = Duration.ofHours(1);

  private final String stream;
  private final InstantSource clock;
  private final Alerts alerts;
  private final Counter read;
  private double before;
  private Instant last;
  private Optional<Instant> said = Optional.empty();
  private boolean isOver;

  /** Who is told. */
  interface Alerts {
    void noticed(String alert, PipelineFailure what);

    void over(String alert, PipelineFailure what);
  }

  /**
   * @param meters has what this process has read, which does not change when a task moves
   */
  MisplacedRecords(
      String pipeline, String stream, MeterRegistry meters, InstantSource clock, Alerts alerts) {
    this.stream = stream;
    this.clock = clock;
    this.alerts = alerts;
    this.read =
        meters.counter("millrace.validator.misplaced", "pipeline", pipeline, "stream", stream);
    this.before = read.count();
    this.last = clock.instant();
  }

  /**
   * Says what is new.
   *
   * @param counts of the tasks of this process, exact
   */
  void look(Supplier<Counts> counts) {
    Instant now = clock.instant();
    double count = read.count();
    if (count > before) {
      before = count;
      last = now;
      isOver = false;
      if (said.filter(then -> then.plus(QUIET).isAfter(now)).isEmpty()) {
        said = Optional.of(now);
        alerts.noticed(
            alert(),
            PipelineFailure.of(
                ErrorCode.RECORDS_MISPLACED,
                ("records of %s stand in other partitions than Kafka's partitioner gives their"
                        + " keys (./millrace status has the count); set"
                        + " partitioner=murmur2_random in clients of librdkafka")
                    .formatted(stream)));
      }
    } else if (!isOver && !last.plus(QUIET).isAfter(now)) {
      isOver = true;
      said = Optional.empty();
      if (counts.get().misplaced(stream) > 0) {
        alerts.over(
            alert(),
            PipelineFailure.of(
                ErrorCode.RECORDS_MISPLACED,
                "no record of %s was misplaced for an hour".formatted(stream)));
      }
    }
  }

  private String alert() {
    return "records-misplaced/" + stream;
  }
}
