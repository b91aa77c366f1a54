package io.millrace.validator.messages;

import io.millrace.validator.checks.Violation;
import java.util.List;

/** What the checking tasks tell the deduplicating ones, through the repartition topic. */
public sealed interface Message extends Checked {
  /** Which stream it is about: its place in {@code Inputs}. */
  int stream();

  /**
   * An event with an id, which is the record's key.
   *
   * @param time event time in microseconds, or {@link #NO_TIME}
   * @param original the value as received
   * @param content the same event in the stream's present schema; the same array when that is what
   *     was received
   * @param violations empty when the event is valid
   */
  record Event(
      int stream,
      Origin origin,
      long time,
      byte[] original,
      byte[] content,
      List<Violation> violations)
      implements Message {
    public static final long NO_TIME = Long.MIN_VALUE;

    public boolean valid() {
      return violations.isEmpty();
    }
  }

  /** A source has sent every event up to this time, inclusive. */
  record Passed(int stream, int source, long micros) implements Message {}

  /**
   * A source has neither input nor lag.
   *
   * @param position up to which it has read, exclusive
   */
  record Idle(int stream, int source, long position) implements Message {}

  /** What somebody else wrote there. */
  record Foreign(byte[] bytes) implements Message {
    @Override
    public int stream() {
      return -1;
    }
  }
}
