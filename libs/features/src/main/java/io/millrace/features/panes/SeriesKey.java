package io.millrace.features.panes;

/**
 * One field of the labels, cut into panes of one length; features that agree in both share it. A
 * pane covers (start, end], its end being a multiple of the length, before 1970 too.
 */
public record SeriesKey(String field, long paneMicros) {
  public SeriesKey {
    if (paneMicros <= 0) {
      throw new IllegalArgumentException("a pane of " + paneMicros + " µs");
    }
  }

  /** The last pane boundary at or before a time; the first of all for the very first times. */
  public long floor(long time) {
    long past = Math.floorMod(time, paneMicros);
    return time < Long.MIN_VALUE + past ? Long.MIN_VALUE : time - past;
  }

  /** The end of the pane that covers a time; the last of all for the very last times. */
  public long endOf(long time) {
    long missing = Math.floorMod(-Math.floorMod(time, paneMicros), paneMicros);
    return time > Long.MAX_VALUE - missing ? Long.MAX_VALUE : time + missing;
  }
}
