package io.millrace.local.replay;

/** Says when the next event may go. */
interface Pace {
  /**
   * How long to wait before asking again, in milliseconds; 0 when it may go now.
   *
   * @param time microseconds since the epoch; events without a time are due at once
   */
  long waitMillis(long time);

  /** The event time that has been reached while waiting for an event of a later time. */
  long reached(long nextTime);

  /** An event was sent. */
  void sent();
}
