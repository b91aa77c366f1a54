package io.millrace.contracts.errors;

/**
 * Everything that can go wrong, as one list: the log key, the metric tag, the quarantine reason and
 * the {@code type} of a problem+json. Names of anomalies are TFDV's ({@code AnomalyInfo.Type})
 * where TFDV has one.
 */
public enum ErrorCode {
  // Pipeline file
  PIPELINE_FILE_INVALID(400),
  PIPELINE_NAME_MISMATCH(400),
  PIPELINE_INCOMPATIBLE(409),
  UNKNOWN_PIPELINE(404),
  UNKNOWN_STREAM(404),
  // Requests
  MALFORMED_JSON(400),
  WRONG_TYPE(400),
  UNKNOWN_FIELD(400),
  EMPTY_BODY(400),
  BODY_TOO_LARGE(413),
  UNSUPPORTED_MEDIA_TYPE(415),
  UNKNOWN_FEATURE(404),
  UNKNOWN_ENTITY(400),
  INVALID_REQUEST(400),
  // Events
  NO_ID(400),
  NO_TIME(400),
  NO_VALUE(400),
  UNDECODABLE(400),
  UNKNOWN_SCHEMA_ID(400),
  INCOMPATIBLE_SCHEMA(400),
  TIME_IN_FUTURE(400),
  CONFLICTING_DUPLICATE(409),
  SCHEMA_MISSING_COLUMN(400),
  FEATURE_TYPE_NOT_PRESENT(400),
  FEATURE_TYPE_LOW_NUMBER_VALUES(400),
  FEATURE_TYPE_HIGH_NUMBER_VALUES(400),
  INT_TYPE_SMALL_INT(400),
  INT_TYPE_BIG_INT(400),
  FLOAT_TYPE_SMALL_FLOAT(400),
  FLOAT_TYPE_BIG_FLOAT(400),
  FLOAT_TYPE_HAS_NAN(400),
  FLOAT_TYPE_HAS_INF(400),
  ENUM_TYPE_UNEXPECTED_STRING_VALUES(400),
  STRING_TOO_LONG(400),
  TIME_BEFORE_DOMAIN(400),
  TIME_AFTER_DOMAIN(400),
  // Serving
  UNKNOWN_MODEL(404),
  UNKNOWN_MODEL_VERSION(404),
  MODEL_NOT_READY(503),
  MISSING_INPUT(400),
  UNKNOWN_INPUT(400),
  UNKNOWN_OUTPUT(400),
  WRONG_SHAPE(400),
  WRONG_DATATYPE(400),
  NOT_FINITE(400),
  EMPTY_BATCH(400),
  BATCH_TOO_LARGE(400),
  MODEL_FILE_UNAVAILABLE(503),
  MODEL_FILE_DAMAGED(500),
  MODEL_UNREADABLE(500),
  MODEL_SHAPE_MISMATCH(500),
  MODEL_OUTPUT_NOT_FINITE(500),
  MODEL_WARMUP_DIFFERS(500),
  // Models
  NOTHING_LIVE(404),
  NOTHING_TO_ROLL_BACK(409),
  RUN_FINISHING(409),
  // Runs
  RUN_ALREADY_OPEN(409),
  STEP_CRASHED(500),
  PARITY_FAILED(500),
  ONE_CLASS_ONLY(400),
  NO_TRAINING_ROWS(400),
  EMPTY_EVALUATION_SPLIT(400),
  DEVICE_UNAVAILABLE(503),
  // Neighbours
  KAFKA_UNAVAILABLE(503),
  REGISTRY_UNAVAILABLE(503),
  REDIS_UNAVAILABLE(503),
  INTERNAL(500);

  private final int status;

  ErrorCode(int status) {
    this.status = status;
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
