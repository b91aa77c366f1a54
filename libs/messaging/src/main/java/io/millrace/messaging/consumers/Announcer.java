package io.millrace.messaging.consumers;

import io.millrace.messaging.consumers.ConsumerLoop.Alerts;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how something that works by itself is, until it is told or something else is to be told;
 * nothing waits for it.
 */
public final class Announcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final String name;
  private final Alerts alerts;
  private final ScheduledThreadPoolExecutor speaking;

  private volatile Optional<PipelineFailure> failure = Optional.empty();
  private volatile boolean saidThatItRuns;

  /**
   * @param name of its thread, and in the log
   */
  public Announcer(String name, Alerts alerts) {
    this.name = name;
    this.alerts = alerts;
    this.speaking =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(name + "-alerts").factory());
    speaking.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    speaking.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    speaking.allowCoreThreadTimeOut(true);
  }

  /** It has ended, or makes no headway. */
  public void failed(PipelineFailure why) {
    saidThatItRuns = false;
    tell(Optional.of(why));
  }

  /** It works, perhaps again; told once after each failure. */
  public void running() {
    if (!saidThatItRuns) {
      saidThatItRuns = true;
      tell(Optional.empty());
    }
  }

  /** Whether a failure was the last word. */
  public boolean isAlerted() {
    return failure.isPresent();
  }

  /** Something that has happened, and stays to be told however it goes on. */
  public void happened(Runnable alert) {
    speak(alert, () -> true, 1);
  }

  private void tell(Optional<PipelineFailure> now) {
    failure = now;
    speak(() -> now.ifPresentOrElse(alerts::failed, alerts::running), () -> failure.equals(now), 1);
  }

  private void speak(Runnable alert, BooleanSupplier isStillToBeTold, int tries) {
    try {
      var unused =
          speaking.schedule(
              () -> {
                if (!isStillToBeTold.getAsBoolean()) {
                  return;
                }
                try {
                  alert.run();
                } catch (RuntimeException | Error e) {
                  LOG.warn("name={} an alert waits to be written: {}", name, e.toString());
                  speak(alert, isStillToBeTold, tries + 1);
                }
              },
              Backoff.UP_TO_A_MINUTE.after(tries - 1).toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("name={} is closed", name);
    } catch (OutOfMemoryError e) {
      LOG.warn("name={} an alert waits for a thread, until the next: {}", name, e.toString());
    }
  }

  /** What is being told now is told to its end. */
  @Override
  public void close() {
    speaking.shutdown();
  }
}
