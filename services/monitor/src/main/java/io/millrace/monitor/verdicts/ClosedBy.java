package io.millrace.monitor.verdicts;

/** What made sure that nothing more is to be waited for in a window. */
public enum ClosedBy {
  /** All partitions have passed its end, and its labels have come or can't come in time. */
  EVENT_TIME,
  /** Nothing at all has come for long, so that event time stands still. */
  WALL_CLOCK
}
