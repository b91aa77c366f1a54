package io.millrace.messaging.registry;

/** What stands under an id is no Avro schema, or none that stands by itself. */
public final class UnusableSchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason goes on after "schema 7", such as "is no Avro schema"
   */
  public UnusableSchemaException(String reason) {
    super("it " + reason, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
