package io.millrace.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A running (or ended) child of the system. */
public final class ServiceProcess {
  private final String name;
  private final int port;
  private final Path log;
  private final Process process;
  private final ProcessIdentity identity;
  private volatile boolean endExpected;

  ServiceProcess(String name, int port, Path log, Process process) {
    this.name = name;
    this.port = port;
    this.log = log;
    this.process = process;
    this.identity = ProcessIdentity.of(process.toHandle());
  }

  /** Such as {@code broker}, {@code validator} or {@code validator-2}. */
  public String name() {
    return name;
  }

  /** The port it serves on. */
  public int port() {
    return port;
  }

  public Path log() {
    return log;
  }

  public long pid() {
    return process.pid();
  }

  public ProcessIdentity identity() {
    return identity;
  }

  public Instant startedAt() {
    return identity.startedAt();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it has ended without being asked to by {@link #kill9} or {@link #stop}. */
  public boolean hasDied() {
    return !process.isAlive() && !endExpected;
  }

  /** One line about its end. */
  public String obituary() {
    return "%s (pid %d) ended unexpectedly with exit code %d; its log: %s"
        .formatted(name, pid(), process.exitValue(), log);
  }

  /** Ends it at once, as {@code kill -9} does, and waits until it is gone. */
  public void kill9() {
    endExpected = true;
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks it to end, waits, and ends it by force when it does not. */
  public void stop(Duration patience) {
    endExpected = true;
    process.destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        kill9();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill9();
    }
  }

  /** Completes when it has ended, for whatever reason. */
  public CompletableFuture<Process> onExit() {
    return process.onExit();
  }
}
