package io.millrace.contracts.limits;

import static io.millrace.contracts.errors.ErrorCode.BATCH_TOO_LARGE;
import static io.millrace.contracts.errors.ErrorCode.BODY_TOO_LARGE;
import static io.millrace.contracts.errors.ErrorCode.EVENT_TOO_LARGE;
import static io.millrace.contracts.errors.ErrorCode.HEADERS_TOO_LARGE;
import static io.millrace.contracts.errors.ErrorCode.INVALID_REQUEST;
import static io.millrace.contracts.errors.ErrorCode.KEY_TOO_LARGE;
import static io.millrace.contracts.errors.ErrorCode.LIMIT_EXCEEDED;
import static io.millrace.contracts.errors.ErrorCode.PIPELINE_FILE_INVALID;
import static io.millrace.contracts.errors.ErrorCode.STRING_TOO_LONG;
import static io.millrace.contracts.limits.Limit.Door.APPLY;
import static io.millrace.contracts.limits.Limit.Door.COMPUTED;
import static io.millrace.contracts.limits.Limit.Door.REQUEST;
import static io.millrace.contracts.limits.Limit.Door.VALIDATOR;

import io.millrace.contracts.errors.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much of everything there may be. Together they keep every record that Millrace writes below
 * {@link #RECORD_BYTES}, which a test adds up.
 */
public enum Limit {
  // The file
  PIPELINE_FILE_BYTES(512 * 1024, "bytes of a pipeline file", APPLY, BODY_TOO_LARGE),
  YAML_DEPTH(32, "mappings and lists within each other", APPLY, PIPELINE_FILE_INVALID),
  YAML_NODES(200_000, "values of a file, its aliases followed", APPLY, PIPELINE_FILE_INVALID),
  NAME_CHARACTERS(
      63,
      "characters of a pipeline's, stream's, field's, feature's or label's name",
      APPLY,
      PIPELINE_FILE_INVALID),
  TOPIC_CHARACTERS(249, "characters of a stream's `topic`", APPLY, PIPELINE_FILE_INVALID),
  // Streams and features
  FIELDS(500, "fields of a stream", APPLY, LIMIT_EXCEEDED),
  DOMAIN_VALUES(10_000, "`values` of a domain", APPLY, LIMIT_EXCEEDED),
  DERIVED(250, "derived features", APPLY, LIMIT_EXCEEDED),
  WINDOWED(500, "windowed features", APPLY, LIMIT_EXCEEDED),
  ENTITIES(100, "fields that windowed features have as `entity`", APPLY, LIMIT_EXCEEDED),
  WINDOW_DAYS(30, "days of a feature's window", APPLY, PIPELINE_FILE_INVALID),
  WINDOW_PANES(10_000, "panes of a feature's window", APPLY, PIPELINE_FILE_INVALID),
  ENTITY_PANES(
      80_000,
      "panes kept of one entity: over the distinct pairs of field and `pane`, the longest"
          + " window and the `lateness` of the labels, divided by the pane",
      APPLY,
      LIMIT_EXCEEDED),
  // Models
  TRANSFORM_INPUTS(2_000, "inputs of all transforms together", APPLY, LIMIT_EXCEEDED),
  ONE_HOT_VALUES(1_000, "`topK` of a one_hot", APPLY, PIPELINE_FILE_INVALID),
  MODEL_COLUMNS(
      10_000,
      "columns that all transforms may make together: `topK` an input of one_hot, else one",
      APPLY,
      LIMIT_EXCEEDED),
  SLICES(100, "slices to evaluate", APPLY, LIMIT_EXCEEDED),
  THRESHOLDS(100, "thresholds", APPLY, LIMIT_EXCEEDED),
  KEPT_WINDOWS(
      200,
      "windows whose numbers monitor keeps, and so of `decay` and its baseline",
      APPLY,
      PIPELINE_FILE_INVALID),
  OPEN_WINDOWS(
      2_000, "windows of monitor that a label is waited for", APPLY, PIPELINE_FILE_INVALID),
  DURATION_DAYS(3_650, "days of any duration", APPLY, PIPELINE_FILE_INVALID),
  // Expressions
  EXPRESSION_CHARACTERS(4_096, "characters of an expression", APPLY, PIPELINE_FILE_INVALID),
  EXPRESSION_DEPTH(64, "levels of an expression", APPLY, PIPELINE_FILE_INVALID),
  EXPRESSION_STEPS(10_000, "steps of all loops of one evaluation", COMPUTED, null),
  EXPRESSION_JOINED(65_536, "characters, bytes or elements that `+` makes of two", COMPUTED, null),
  EXPRESSION_TEXT(1_024, "characters of a STRING that an expression gives", COMPUTED, null),
  // Records
  EVENT_BYTES(
      1024 * 1024,
      "bytes of an event, as sent and in its stream's schema",
      VALIDATOR,
      EVENT_TOO_LARGE),
  KEY_BYTES(64 * 1024, "bytes of the key of a stream's record", VALIDATOR, KEY_TOO_LARGE),
  HEADER_BYTES(
      256 * 1024,
      "bytes of all headers of a stream's record, 16 more for each",
      VALIDATOR,
      HEADERS_TOO_LARGE),
  KEY_FIELD_CHARACTERS(
      1_024,
      "characters of a STRING that is an id, or an entity of a windowed feature",
      VALIDATOR,
      STRING_TOO_LONG),
  REASONS(
      100, "reasons that a quarantined record tells; the last says how many more", VALIDATOR, null),
  // Requests
  ONLINE_ROWS(10_000, "rows of a request for online features", REQUEST, INVALID_REQUEST),
  ONLINE_VALUES(
      500_000,
      "values of a request for online features: rows times features",
      REQUEST,
      BATCH_TOO_LARGE),
  // What follows
  RECORD_BYTES(4 * 1024 * 1024, "bytes of a record of a data topic", COMPUTED, null);

  /** Where a limit holds. */
  public enum Door {
    /** A file that is beyond is refused. */
    APPLY("apply"),
    /** A record that is beyond goes to quarantine. */
    VALIDATOR("quarantine"),
    /** A request that is beyond is refused. */
    REQUEST("request"),
    /** Nothing is refused: what is beyond is a missing value, or can't come to be. */
    COMPUTED("no one is refused");

    private final String word;

    Door(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  private final int most;
  private final String what;
  private final Door door;
  private final Optional<ErrorCode> code;

  Limit(int most, String what, Door door, @Nullable ErrorCode code) {
    this.most = most;
    this.what = what;
    this.door = door;
    this.code = Optional.ofNullable(code);
  }

  /** The greatest that is allowed. */
  public int most() {
    return most;
  }

  /** What is counted, in Markdown. */
  public String what() {
    return what;
  }

  public Door door() {
    return door;
  }

  /** Of the refusal; empty where there is none. */
  public Optional<ErrorCode> code() {
    return code;
  }

  public boolean isExceededBy(long count) {
    return count > most;
  }

  /** Such as {@code 501 fields of a stream; at most 500 are allowed}. */
  public String exceededBy(long count) {
    return "%d %s; at most %d are allowed".formatted(count, what.replace("`", ""), most);
  }
}
