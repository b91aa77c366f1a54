package io.millrace.validator.counts;

/**
 * One thing that is counted.
 *
 * @param detail the stream or the code, or the code and the field; may be empty
 * @param key what the store calls it
 */
public record Counter(String name, String detail, String key) {
  public static final Counter EXAMPLES = new Counter("examples", "");
  public static final Counter LABELS = new Counter("labels", "");
  public static final Counter DUPLICATES = new Counter("duplicates", "");

  static final String RECORDS = "records";
  static final String QUARANTINED = "quarantined";
  static final String QUARANTINED_FIELD = "quarantinedFields";
  static final String MISPLACED = "misplaced";
  static final String AHEAD = "ahead";
  private static final String REMEMBERED = "remembered";

  /** Ids that are remembered against repeats; goes down, too. */
  public static final Counter REMEMBERED_IDS = new Counter(REMEMBERED, "");

  public static Counter records(String stream) {
    return new Counter(RECORDS, stream);
  }

  /** Records with a key in another partition than Kafka's own partitioner gives it. */
  public static Counter misplaced(String stream) {
    return new Counter(MISPLACED, stream);
  }

  /** Events that are held, far ahead of their stream's clock; goes down, too. */
  public static Counter ahead(String stream) {
    return new Counter(AHEAD, stream);
  }

  /** Refused records, each once, under its first reason. */
  static Counter quarantined(String code) {
    return new Counter(QUARANTINED, code);
  }

  /**
   * The same by the field of the stream that the reason is about; by the stream alone when it is
   * about the whole record.
   */
  static Counter quarantinedField(String code, String stream, String field) {
    return new Counter(
        QUARANTINED_FIELD, code + "/" + (field.isEmpty() ? stream : stream + "." + field));
  }

  private Counter(String name, String detail) {
    this(name, detail, detail.isEmpty() ? name : name + "/" + detail);
  }

  /** What the detail is, as a tag of a meter. */
  String kind() {
    return name.equals(QUARANTINED) ? "code" : "stream";
  }

  static Counter ofKey(String key) {
    int slash = key.indexOf('/');
    return slash < 0
        ? new Counter(key, "")
        : new Counter(key.substring(0, slash), key.substring(slash + 1));
  }
}
