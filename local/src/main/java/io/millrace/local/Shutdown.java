package io.millrace.local;

import io.millrace.local.process.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Ends processes side by side. */
final class Shutdown {
  private Shutdown() {}

  static void stop(List<ServiceProcess> processes, Duration patience) {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      CompletableFuture.allOf(
              processes.stream()
                  .map(process -> CompletableFuture.runAsync(() -> process.stop(patience), threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
  }
}
