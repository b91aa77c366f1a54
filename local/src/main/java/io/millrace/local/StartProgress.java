package io.millrace.local;

import io.millrace.local.process.ServiceProcess;
import io.millrace.local.terminal.Progress;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Shows what has come up and what is waited for. */
final class StartProgress implements StartListener {
  private final Progress progress;
  private final Set<String> waiting = new TreeSet<>();

  StartProgress(Progress progress) {
    this.progress = progress;
  }

  @Override
  public synchronized void starting(String name) {
    waiting.add(name);
    progress.note("waiting for " + String.join(", ", waiting));
  }

  @Override
  public synchronized void ready(ServiceProcess process, Duration took) {
    waiting.remove(process.name());
    progress.line(
        "  %-14s ready in %4.1f s   port %-5d pid %d"
            .formatted(process.name(), took.toMillis() / 1e3, process.port(), process.pid()));
    progress.step(1);
    progress.note(waiting.isEmpty() ? "" : "waiting for " + String.join(", ", waiting));
  }

  @Override
  public void warned(String line) {
    progress.line(line);
  }
}
