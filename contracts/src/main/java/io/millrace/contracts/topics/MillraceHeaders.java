package io.millrace.contracts.topics;

/** The header names that Millrace adds to records, beside CloudEvents' {@code ce_*}. */
public final class MillraceHeaders {
  /**
   * On a record with a null value: every event of this partition with a time up to this one
   * (microseconds since the epoch, decimal ASCII, inclusive) has been written before it; or {@link
   * #IDLE}. Such a record is a watermark, not an event.
   */
  public static final String WATERMARK = "millrace_watermark";

  /** The value of {@link #WATERMARK} of a partition whose sources have neither input nor lag. */
  public static final String IDLE = "idle";

  /**
   * Beside {@link #WATERMARK} in Millrace's own topics: which round of the pipeline's waking and
   * sleeping it speaks of, decimal.
   */
  public static final String ROUND = "millrace_round";

  /** Beside {@link #IDLE}: how far all sources had been read, as one number, decimal. */
  public static final String CUT = "millrace_cut";

  /**
   * On vectors and rows: the pipeline's version that made it, and says what its features and label
   * mean, decimal. On predictions: the one that the model was trained by.
   */
  public static final String PIPELINE_VERSION = "millrace_pipeline_version";

  /**
   * On vectors, after a change of the file: the windowed features as the file meant them that the
   * live model was trained by, where they differ; JSON: {version, incomplete, features: {name:
   * value}}.
   */
  public static final String KEPT_FEATURES = "millrace_kept_features";

  /** On quarantined records: a JSON array of {code, field?, message}. */
  public static final String REASONS = "millrace_reasons";

  /** On quarantined records: where the record was read: stream, topic, partition, offset. */
  public static final String STREAM = "millrace_stream";

  public static final String SOURCE_TOPIC = "millrace_source_topic";
  public static final String SOURCE_PARTITION = "millrace_source_partition";
  public static final String SOURCE_OFFSET = "millrace_source_offset";

  /**
   * On a record of a control topic with a null value: nothing counts any more that was said there
   * of the pipeline before this record. Its value is the version of the pipeline from which on
   * facts count again, decimal.
   */
  public static final String PURGED = "millrace_purged";

  private MillraceHeaders() {}
}
