package io.millrace.local;

import io.millrace.local.process.ServiceProcess;
import io.millrace.local.system.Component;
import io.millrace.local.terminal.CommandFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Starts processes side by side and waits until each is ready, has ended, or time is up. */
final class Startup {
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(100);

  private Startup() {}

  static void start(
      List<Component> batch,
      Duration timeout,
      StartListener listener,
      Function<Component, ServiceProcess> launch) {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (Component component : batch) {
        all.add(
            CompletableFuture.runAsync(
                () -> startOne(component, timeout, listener, launch), threads));
      }
      CompletableFuture<Void> failed = new CompletableFuture<>();
      all.forEach(
          one ->
              one.whenComplete(
                  (done, error) -> {
                    if (error != null) {
                      failed.completeExceptionally(error);
                    }
                  }));
      try {
        CompletableFuture.anyOf(
                failed, CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)))
            .join();
      } catch (CompletionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
  }

  private static void startOne(
      Component component,
      Duration timeout,
      StartListener listener,
      Function<Component, ServiceProcess> launch) {
    long begin = System.nanoTime();
    listener.starting(component.name());
    component.preparation().prepare();
    ServiceProcess process = launch.apply(component);
    while (!component.readiness().isReady()) {
      if (!process.isAlive()) {
        throw new CommandFailedException(process.obituary());
      }
      if (System.nanoTime() - begin > timeout.toNanos()) {
        throw new CommandFailedException(
            "%s (pid %d) is not ready after %d s; its log: %s"
                .formatted(process.name(), process.pid(), timeout.toSeconds(), process.log()));
      }
      pause(component.name());
    }
    if (!process.isAlive()) {
      throw new CommandFailedException(process.obituary());
    }
    listener.ready(process, Duration.ofNanos(System.nanoTime() - begin));
  }

  private static void pause(String name) {
    try {
      Thread.sleep(BETWEEN_QUESTIONS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted while " + name + " was starting", e);
    }
  }
}
