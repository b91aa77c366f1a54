package io.millrace.contracts.errors;

import static io.millrace.contracts.errors.Fault.DATA;
import static io.millrace.contracts.errors.Fault.NEIGHBOUR;
import static io.millrace.contracts.errors.Fault.USER;

/**
 * Everything that can go wrong, as one list: the log key, the metric tag, the quarantine reason and
 * the {@code type} of a problem+json. Names of anomalies are TFDV's ({@code AnomalyInfo.Type})
 * where TFDV has one.
 */
public enum ErrorCode {
  // Pipeline file
  PIPELINE_FILE_INVALID(USER),
  LIMIT_EXCEEDED(USER),
  NAME_COLLISION(USER),
  PIPELINE_NAME_MISMATCH(USER),
  PIPELINE_INCOMPATIBLE(USER, 409),
  UNKNOWN_PIPELINE(USER, 404),
  UNKNOWN_STREAM(USER, 404),
  // Requests
  MALFORMED_JSON(USER),
  WRONG_TYPE(USER),
  UNKNOWN_FIELD(USER),
  EMPTY_BODY(USER),
  BODY_TOO_LARGE(USER, 413),
  UNSUPPORTED_MEDIA_TYPE(USER, 415),
  UNKNOWN_FEATURE(USER, 404),
  UNKNOWN_ENTITY(USER),
  INVALID_REQUEST(USER),
  // Events
  NO_ID(USER),
  NO_TIME(USER),
  NO_VALUE(USER),
  EVENT_TOO_LARGE(USER, 413),
  KEY_TOO_LARGE(USER, 413),
  HEADERS_TOO_LARGE(USER, 413),
  UNDECODABLE(DATA),
  UNKNOWN_SCHEMA_ID(DATA),
  INCOMPATIBLE_SCHEMA(DATA),
  INVALID_FACT(DATA),
  TIME_IN_FUTURE(DATA),
  CONFLICTING_DUPLICATE(DATA),
  SCHEMA_MISSING_COLUMN(DATA),
  FEATURE_TYPE_NOT_PRESENT(DATA),
  FEATURE_TYPE_LOW_NUMBER_VALUES(DATA),
  FEATURE_TYPE_HIGH_NUMBER_VALUES(DATA),
  INT_TYPE_SMALL_INT(DATA),
  INT_TYPE_BIG_INT(DATA),
  FLOAT_TYPE_SMALL_FLOAT(DATA),
  FLOAT_TYPE_BIG_FLOAT(DATA),
  FLOAT_TYPE_HAS_NAN(DATA),
  FLOAT_TYPE_HAS_INF(DATA),
  ENUM_TYPE_UNEXPECTED_STRING_VALUES(DATA),
  STRING_TOO_LONG(DATA),
  TIME_BEFORE_DOMAIN(DATA),
  TIME_AFTER_DOMAIN(DATA),
  // Serving
  UNKNOWN_MODEL(USER, 404),
  UNKNOWN_MODEL_VERSION(USER, 404),
  MODEL_NOT_READY(NEIGHBOUR),
  MISSING_INPUT(USER),
  UNKNOWN_INPUT(USER),
  UNKNOWN_OUTPUT(USER),
  WRONG_SHAPE(USER),
  WRONG_DATATYPE(USER),
  NOT_FINITE(USER),
  EMPTY_BATCH(USER),
  BATCH_TOO_LARGE(USER),
  MODEL_FILE_UNAVAILABLE(NEIGHBOUR),
  MODEL_FILE_DAMAGED(DATA),
  MODEL_UNREADABLE(Fault.INTERNAL),
  MODEL_SHAPE_MISMATCH(Fault.INTERNAL),
  MODEL_OUTPUT_NOT_FINITE(Fault.INTERNAL),
  MODEL_WARMUP_DIFFERS(Fault.INTERNAL),
  // Models
  MODEL_TOO_LARGE(USER),
  MODEL_TOO_SLOW(USER),
  NOTHING_LIVE(USER, 404),
  NOTHING_TO_ROLL_BACK(USER, 409),
  RUN_FINISHING(USER, 409),
  // Runs
  UNKNOWN_RUN(USER, 404),
  RUN_ALREADY_OPEN(USER, 409),
  STEP_CRASHED(Fault.INTERNAL),
  PARITY_FAILED(Fault.INTERNAL),
  ONE_CLASS_ONLY(DATA),
  NO_TRAINING_ROWS(DATA),
  EMPTY_EVALUATION_SPLIT(DATA),
  INPUT_ALL_MISSING(DATA),
  INPUT_CONSTANT(DATA),
  EMPTY_VOCABULARY(DATA),
  NO_MODEL_INPUT(USER),
  PART_DAMAGED(DATA),
  DEVICE_UNAVAILABLE(USER),
  LABEL_KIND_UNSUPPORTED(USER),
  LABEL_NOT_FINITE(DATA),
  RUN_TIMED_OUT(Fault.INTERNAL),
  // What monitor finds
  MODEL_DECAYED(DATA),
  INPUT_DRIFTED(DATA),
  INPUT_SKEWED(DATA),
  NO_TRAFFIC(NEIGHBOUR),
  // What ./millrace up finds
  PROCESS_DIED(NEIGHBOUR),
  PROCESS_FAILED(NEIGHBOUR),
  // Applications of pipelines
  PROCESSING_FAILED(Fault.INTERNAL),
  STATE_DAMAGED(Fault.INTERNAL),
  APPLICATION_FAILED(Fault.INTERNAL),
  // Neighbours
  KAFKA_UNAVAILABLE(NEIGHBOUR),
  STORAGE_LOW(NEIGHBOUR),
  REGISTRY_UNAVAILABLE(NEIGHBOUR),
  REDIS_UNAVAILABLE(NEIGHBOUR),
  STORE_UNAVAILABLE(NEIGHBOUR),
  INTERNAL(Fault.INTERNAL);

  private final Fault fault;
  private final int status;

  ErrorCode(Fault fault) {
    this(fault, fault.status());
  }

  /** Whoever asked is told more exactly what is wrong. */
  ErrorCode(Fault fault, int status) {
    this.fault = fault;
    this.status = status;
  }

  public Fault fault() {
    return fault;
  }

  /** The HTTP status of an answer with this code. */
  public int status() {
    return status;
  }

  /** The {@code type} of a problem+json with this code. */
  public String type() {
    return "urn:millrace:error:" + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
