package io.millrace.local.terminal;

import java.io.PrintWriter;

/** How far a piece of work is; may be used from several threads. */
public interface Progress extends AutoCloseable {
  /** Whether a person looks at the output; the entry script knows. */
  boolean INTERACTIVE = Boolean.getBoolean("millrace.terminal");

  /** A bar on a terminal, lines elsewhere. */
  static Progress on(PrintWriter out, String task, long steps) {
    return INTERACTIVE ? new BarProgress(out, task, steps) : new LineProgress(out, task, steps);
  }

  void step(long count);

  /** What it is at now. */
  void note(String text);

  /** A line that stays. */
  void line(String text);

  @Override
  void close();
}
