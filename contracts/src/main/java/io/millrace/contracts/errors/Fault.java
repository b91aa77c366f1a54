package io.millrace.contracts.errors;

/**
 * Who has to do something about a failure, as Trino's {@code ErrorType} has it. The HTTP status,
 * whether a step is tried again, whether somebody is told and how loud the log is follow from it.
 */
public enum Fault {
  /** Whoever asked: the request, the pipeline file or a setting is not as it should be. */
  USER(400, Again.NEVER, Notice.ANSWER),
  /** Whoever made the data: events, rows or files are not what they should be. */
  DATA(422, Again.NEVER, Notice.ALERT),
  /** What Millrace depends on: Kafka, the registry, Redis or the artifact store. It comes back. */
  NEIGHBOUR(503, Again.WHEN_IT_IS_BACK, Notice.WARNING),
  /**
   * Whoever runs Millrace and what it depends on: a neighbour that would answer others refuses us,
   * by right, by size or by its settings. It is waited for as one that is away, but does not pass
   * by itself.
   */
  OPERATOR(503, Again.WHEN_IT_IS_BACK, Notice.ALARM),
  /** Millrace. */
  INTERNAL(500, Again.A_FEW_TIMES, Notice.ERROR);

  /** Whether what failed is tried again. */
  public enum Again {
    /** It would fail in the same way. */
    NEVER,
    /** With growing pauses, for as long as one is ready to wait. */
    WHEN_IT_IS_BACK,
    /** It may have been chance. */
    A_FEW_TIMES
  }

  /** Who hears of it. */
  public enum Notice {
    /** Whoever asked, from the answer. */
    ANSWER,
    /** Whoever looks at the quarantine or the page. */
    ALERT,
    /** Whoever reads the log; it passes. */
    WARNING,
    /** Whoever reads the log, as of a warning, and whoever watches the page: it does not pass. */
    ALARM,
    /** Whoever reads the log, with the stack, and whoever watches the page. */
    ERROR
  }

  private final int status;
  private final Again again;
  private final Notice notice;

  Fault(int status, Again again, Notice notice) {
    this.status = status;
    this.again = again;
    this.notice = notice;
  }

  /** The HTTP status of an answer, where the code has no more exact one. */
  public int status() {
    return status;
  }

  public Again again() {
    return again;
  }

  public Notice notice() {
    return notice;
  }
}
