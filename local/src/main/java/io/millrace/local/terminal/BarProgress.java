package io.millrace.local.terminal;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that redraws itself at the bottom of the terminal. */
final class BarProgress implements Progress {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final ProgressBar bar;

  BarProgress(PrintWriter out, String task, long steps) {
    this.out = out;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .continuousUpdate()
            .clearDisplayOnFinish()
            .build();
  }

  @Override
  public void step(long count) {
    bar.stepBy(count);
  }

  @Override
  public void note(String text) {
    bar.setExtraMessage(" " + text);
  }

  @Override
  public void line(String text) {
    out.println(CLEAR_LINE + text);
    out.flush();
  }

  @Override
  public void close() {
    bar.close();
  }
}
