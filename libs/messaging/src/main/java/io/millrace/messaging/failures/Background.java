package io.millrace.messaging.failures;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for what goes on by itself, one task after the other. Whatever a task throws, errors
 * included, is logged; it ends neither the thread nor the repetitions of the task.
 */
public final class Background implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);

  private final String name;
  private final ScheduledThreadPoolExecutor thread;

  /**
   * @param name of the thread, and in the log
   */
  public Background(String name) {
    this.name = name;
    this.thread =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * Does a task as soon as those before it are done.
   *
   * @throws RejectedExecutionException when it has ended
   */
  @Override
  public void execute(Runnable task) {
    ensureThread();
    thread.execute(() -> survive(task));
  }

  /** Does a task once a pause is over; nothing once it has ended. */
  public void after(Duration pause, Runnable task) {
    begin(
        () -> {
          var unused =
              thread.schedule(() -> survive(task), pause.toMillis(), TimeUnit.MILLISECONDS);
        });
  }

  /** Does a task now, and again after pauses, until it ends. */
  public void every(Duration pause, Runnable task) {
    begin(
        () -> {
          var unused =
              thread.scheduleWithFixedDelay(
                  () -> survive(task), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
        });
  }

  private void begin(Runnable scheduling) {
    ensureThread();
    try {
      scheduling.run();
    } catch (RejectedExecutionException e) {
      LOG.debug("thread={} has ended", name);
    }
  }

  /** Where none can be had, the caller fails, and no task is left behind that nobody does. */
  private void ensureThread() {
    boolean unused = thread.prestartCoreThread();
  }

  private void survive(Runnable task) {
    try {
      task.run();
    } catch (Exception | Error e) {
      LOG.error("thread={} a task failed", name, e);
    }
  }

  /** Whether nothing begins any more. */
  public boolean hasEnded() {
    return thread.isShutdown();
  }

  /** Begins nothing any more; what is at work goes on. For the tasks themselves too. */
  public void end() {
    thread.shutdown();
  }

  /**
   * Begins nothing any more, interrupts what is at work and waits for it.
   *
   * @return whether it is done; not when the caller is interrupted meanwhile
   */
  public boolean close(Duration patience) {
    var unused = thread.shutdownNow();
    try {
      return thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
