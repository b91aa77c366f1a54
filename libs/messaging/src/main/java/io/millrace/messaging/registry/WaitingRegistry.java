package io.millrace.messaging.registry;

import io.millrace.messaging.failures.Backoff;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/**
 * Asks a registry that is away again, and lets the caller wait meanwhile: for commands, which have
 * nothing else to do. One that refuses us is not asked again.
 */
public final class WaitingRegistry implements SchemaRegistry {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));

  /** A wait that is shorter is nothing to speak of. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final SchemaRegistry registry;
  private final Duration patience;
  private final Runnable notice;
  private final AtomicBoolean noticed = new AtomicBoolean();

  /**
   * @param patience how long an answer is waited for, at least; the last answer's own timeout comes
   *     on top
   * @param notice says that it is waited for; run once, after two seconds without an answer
   */
  public WaitingRegistry(SchemaRegistry registry, Duration patience, Runnable notice) {
    this.registry = registry;
    this.patience = patience;
    this.notice = notice;
  }

  @Override
  public Registration register(String artifactId, Schema schema) {
    return patiently(() -> registry.register(artifactId, schema));
  }

  @Override
  public Registration check(String artifactId, Schema schema) {
    return patiently(() -> registry.check(artifactId, schema));
  }

  @Override
  public Optional<Schema> schema(int id) {
    return patiently(() -> registry.schema(id));
  }

  @Override
  public Removal remove(String artifactId) {
    return patiently(() -> registry.remove(artifactId));
  }

  private <T> T patiently(Supplier<T> question) {
    Future<?> later =
        CompletableFuture.runAsync(
            this::notice,
            CompletableFuture.delayedExecutor(SHORT.toMillis(), TimeUnit.MILLISECONDS));
    try {
      return ask(question);
    } finally {
      later.cancel(false);
    }
  }

  private void notice() {
    if (noticed.compareAndSet(false, true)) {
      notice.run();
    }
  }

  private <T> T ask(Supplier<T> question) {
    long begin = System.nanoTime();
    for (int failures = 1; ; failures++) {
      try {
        return question.get();
      } catch (RegistryRefusedException e) {
        throw e;
      } catch (RegistryUnavailableException e) {
        if (Thread.currentThread().isInterrupted()
            || System.nanoTime() - begin >= patience.toNanos()) {
          throw e;
        }
        pause(BACKOFF.after(failures), e);
      }
    }
  }

  private static void pause(Duration pause, RegistryUnavailableException cause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }
}
