package io.millrace.local;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.local.machine.Disk;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.running.ProcessAlerts;
import io.millrace.local.running.ProcessAlerts.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Starts every process again that dies unasked, as {@link Life} has it, on a thread of its own. One
 * that dies while the disk is full is started when there is room again.
 */
final class Supervisor implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

  private final LocalSystem system;
  private final Disk disk;
  private final Consumer<String> say;
  private final ProcessAlerts alerts;
  private final Map<String, Life> lives = new TreeMap<>();
  private final Map<String, Integer> restarts = new TreeMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;
  private Instant nextQuestion = Instant.MIN;
  private boolean full;

  Supervisor(LocalSystem system, Disk disk, Consumer<String> say) {
    this.system = system;
    this.disk = disk;
    this.say = say;
    this.alerts = new ProcessAlerts(system.home());
    this.thread = Thread.ofPlatform().daemon().name("supervisor").start(this::run);
  }

  private void run() {
    while (!closed.get() && !system.isStopped()) {
      try {
        look(Instant.now());
        Thread.sleep(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // such as a full disk under system.json; whatever it is, the others must be watched over
        if (!system.isStopped()) {
          say.accept("supervisor: " + e);
          nextQuestion = Instant.MIN;
          if (!slept()) {
            return;
          }
        }
      }
    }
  }

  private static boolean slept() {
    try {
      Thread.sleep(BETWEEN_QUESTIONS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void look(Instant now) {
    boolean ask = !now.isBefore(nextQuestion);
    if (ask) {
      nextQuestion = now.plus(BETWEEN_QUESTIONS);
      lookAtTheDisk();
    }
    for (ServiceProcess process : system.processes()) {
      String name = process.name();
      Life before = life(name);
      Life after =
          switch (before) {
            case Life.Up up when process.hasDied() -> died(process, up, now);
            case Life.Up up when up.deaths() > 0 && ask ->
                up.isReady(system.isReady(name), Instant.now());
            case Life.Up up -> up;
            case Life.Waiting waiting when waiting.isOver(now) && disk.hasRoom() ->
                startAgain(name, waiting, now);
            case Life.Waiting waiting -> waiting;
            case Life.Failed failed -> failed;
          };
      if (!after.equals(before)) {
        lives.put(name, after);
        tell(name, before, after);
      }
    }
  }

  private Life life(String name) {
    return lives.getOrDefault(name, Life.Up.atFirst());
  }

  private Life died(ServiceProcess process, Life.Up up, Instant now) {
    if (!disk.hasRoom()) {
      say.accept("%s; %s".formatted(process.obituary(), disk.isFull()));
      return up.diedForWantOfRoom(now);
    }
    Life life = up.died(now);
    String then =
        switch (life) {
          case Life.Waiting waiting ->
              "started again in %d s".formatted(Duration.between(now, waiting.until()).toSeconds());
          case Life.Failed failed ->
              "FAILED: it has died %d times without a minute of readiness in between, and is not started any more"
                  .formatted(failed.deaths());
          case Life.Up other -> "";
        };
    say.accept("%s; %s".formatted(process.obituary(), then));
    return life;
  }

  /** What can't even be started has died once more. */
  private Life startAgain(String name, Life.Waiting waiting, Instant now) {
    try {
      system.launchAgain(name);
    } catch (RuntimeException e) {
      if (!system.process(name).isAlive()) {
        say.accept("%s could not be started: %s".formatted(name, e.getMessage()));
        return waiting.started().died(now);
      }
    }
    restarts.merge(name, 1, Integer::sum);
    return waiting.started();
  }

  private void tell(String name, Life before, Life after) {
    system.note(name, restarts.getOrDefault(name, 0), after instanceof Life.Failed);
    boolean ready = after instanceof Life.Up up && up.readySince().isPresent();
    boolean wasReady = before instanceof Life.Up up && up.readySince().isPresent();
    if (ready && !wasReady) {
      say.accept("%s is ready again".formatted(name));
    }
    switch (after) {
      case Life.Failed failed ->
          alerts.raise(
              new Trouble(
                  name,
                  ErrorCode.PROCESS_FAILED,
                  "%s has died %d times without a minute of readiness in between, and is not started any more"
                      .formatted(name, failed.deaths())));
      case Life.Waiting waiting ->
          alerts.raise(
              new Trouble(
                  name,
                  ErrorCode.PROCESS_DIED,
                  waiting.deaths() == 0
                      ? name + " has died, as the disk is full; it is started when there is room"
                      : "%s has died and is started again; deaths without a minute of readiness in between: %d"
                          .formatted(name, waiting.deaths())));
      case Life.Up up when up.deaths() == 0 -> alerts.clear(name);
      case Life.Up up -> {}
    }
  }

  /** Says once that it is full, and once that it is not any more. */
  private void lookAtTheDisk() {
    boolean now = !disk.hasRoom();
    if (now && !full) {
      say.accept(disk.isFull());
    } else if (full && !now) {
      say.accept("There is room again in " + disk.folder());
    }
    full = now;
  }

  /** Watches over them no more. */
  @Override
  public void close() {
    closed.set(true);
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    alerts.close();
  }
}
