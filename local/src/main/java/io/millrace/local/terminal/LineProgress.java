package io.millrace.local.terminal;

import java.io.PrintWriter;
import java.time.Duration;

/** A line now and then, for logs and pipes. */
final class LineProgress implements Progress {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final String task;
  private final long steps;
  private long done;
  private long lastLine = System.nanoTime();

  LineProgress(PrintWriter out, String task, long steps) {
    this.out = out;
    this.task = task;
    this.steps = steps;
  }

  @Override
  public synchronized void step(long count) {
    done += count;
  }

  @Override
  public synchronized void note(String text) {
    if (System.nanoTime() - lastLine >= BETWEEN_LINES.toNanos() && !text.isEmpty()) {
      line("%s %,d/%,d %s".formatted(task, done, steps, text));
    }
  }

  @Override
  public synchronized void line(String text) {
    lastLine = System.nanoTime();
    out.println(text);
    out.flush();
  }

  @Override
  public void close() {}
}
