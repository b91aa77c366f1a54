package io.millrace.local.replay;

import io.millrace.local.running.Counts;

/**
 * What services have counted of events that are not as they should be.
 *
 * @param ahead events that are held now, far ahead of their stream's clock
 * @param behindClock that came further behind newer ones than lateness allows
 * @param incomplete vectors some of whose features could not be computed
 * @param labelsNotAfterExample that count in no window
 */
record Counted(
    Quarantined quarantined,
    long ahead,
    long behindClock,
    long incomplete,
    long labelsNotAfterExample) {
  static Counted of(Counts validator, Counts transformer) {
    return new Counted(
        Quarantined.of(validator),
        validator.below("ahead").values().stream().mapToLong(Long::longValue).sum(),
        transformer.get("behindClock"),
        transformer.get("incomplete"),
        transformer.get("labelsNotAfterExample"));
  }

  /** What was not counted yet. */
  Counted since(Counted before) {
    return new Counted(
        quarantined.since(before.quarantined),
        ahead,
        behindClock - before.behindClock,
        incomplete - before.incomplete,
        labelsNotAfterExample - before.labelsNotAfterExample);
  }

  /** A line for each thing that is there. */
  String text() {
    return quarantined.text()
        + line(
            "held",
            ahead,
            "far ahead of the clock: quarantined in a minute unless two other events come as far")
        + line(
            "behind the clock",
            behindClock,
            "newer events had come before, too late for windows (./millrace status)")
        + line("incomplete", incomplete, "vectors that lack features, no rows to train on")
        + line(
            "early labels",
            labelsNotAfterExample,
            "not after their example: rows are made, but they count in no window");
  }

  private static String line(String what, long count, String meaning) {
    return count == 0 ? "" : "%-16s %,10d  %s%n".formatted(what, count, meaning);
  }
}
