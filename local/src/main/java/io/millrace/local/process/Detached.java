package io.millrace.local.process;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a child out of the terminal's process group: Ctrl-C is for the supervisor, which then stops
 * its children in order.
 */
public final class Detached {
  private static final List<String> PREFIX =
      Programs.find("setsid").isPresent()
          ? List.of("setsid")
          : List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "millrace-detached");

  private Detached() {}

  /** The command with the same pid and its own session, or at least deaf to Ctrl-C. */
  public static List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(PREFIX);
    all.addAll(command);
    return all;
  }
}
