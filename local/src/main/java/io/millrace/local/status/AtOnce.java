package io.millrace.local.status;

import io.millrace.local.terminal.CommandFailedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

/** Questions that are asked at the same time, so that the slowest says how long all take. */
final class AtOnce implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Asks, and gives what waits for the answer. It throws what the question has thrown. */
  <T> Supplier<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = CompletableFuture.supplyAsync(question, threads);
    return () -> {
      try {
        return answer.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new CommandFailedException(String.valueOf(e.getCause()), e);
      }
    };
  }

  /** The answers of all, in their order. */
  static <A, B> List<B> all(List<A> of, Function<A, B> question) {
    try (AtOnce at = new AtOnce()) {
      List<Supplier<B>> answers = of.stream().map(a -> at.ask(() -> question.apply(a))).toList();
      return answers.stream().map(Supplier::get).toList();
    }
  }

  /** Waits for all answers. */
  @Override
  public void close() {
    threads.close();
  }
}
