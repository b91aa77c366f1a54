package io.millrace.messaging.watermarks;

/**
 * What a watermark record says of its partition.
 *
 * <p>Both streams of a pipeline begin a round together when one of them wakes up; a word that one
 * of them said in an earlier round is out of date. See {@link Watermarks}.
 */
public sealed interface Mark {
  /** Far enough from the limits of a long for durations to be added: the year 9999. */
  long LATEST = 253_402_300_799_999_999L;

  /** The round in which it is said; 0 where there are none. */
  long round();

  /** Every event up to this time, inclusive, stands before it. */
  record Passed(long micros, long round) implements Mark {}

  /**
   * There is nothing to wait for.
   *
   * @param cut how far all sources had been read, as one number
   */
  record Idle(long cut, long round) implements Mark {}
}
