package io.millrace.contracts.topics;

import io.millrace.contracts.limits.Limit;
import java.time.Duration;
import java.util.Optional;

/**
 * The data topics that every pipeline has beside its streams: {@code millrace.<pipeline>.<what>}.
 */
public enum DataTopic {
  EXAMPLES("examples", "id", "the example stream's record", "validator", Duration.ofDays(7)),
  LABELS("labels", "id", "the label stream's record", "validator", Duration.ofDays(7)),
  QUARANTINE(
      "quarantine",
      "as received",
      "original bytes, reasons in headers",
      "validator, ingest, transformer, monitor",
      Duration.ofDays(30)),
  VECTORS("vectors", "id", "Vector", "transformer", Duration.ofDays(7)),
  FEATURES("features", "entity/key", "FeaturePanes", "transformer", null),
  ROWS("rows", "id", "Row", "transformer", Duration.ofDays(7)),
  PREDICTIONS("predictions", "example id", "Prediction", "serving", Duration.ofDays(7)),
  OUTCOMES("outcomes", "example id", "Outcome", "monitor", Duration.ofDays(30));

  /** No record of a data topic is larger. What is made of an event may be larger than that is. */
  public static final int MOST_RECORD_BYTES = Limit.RECORD_BYTES.most();

  private final String what;
  private final String key;
  private final String value;
  private final String writtenBy;
  private final Optional<Duration> retention;

  DataTopic(
      String what,
      String key,
      String value,
      String writtenBy,
      @org.jspecify.annotations.Nullable Duration retention) {
    this.what = what;
    this.key = key;
    this.value = value;
    this.writtenBy = writtenBy;
    this.retention = Optional.ofNullable(retention);
  }

  /** The topic's full name. */
  public String of(String pipeline) {
    return KafkaNames.topic(pipeline + "." + what);
  }

  public String what() {
    return what;
  }

  public String key() {
    return key;
  }

  public String value() {
    return value;
  }

  public String writtenBy() {
    return writtenBy;
  }

  /** How long records are kept since their arrival; empty means compacted. */
  public Optional<Duration> retention() {
    return retention;
  }
}
