package io.millrace.messaging.http;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a question that costs something, kept for a moment: one asks at a time, and whoever
 * comes meanwhile gets the same answer, failures too.
 */
public final class KeptAnswer<T> {
  private sealed interface Answer<T> {
    record Told<T>(T value) implements Answer<T> {}

    record Failed<T>(RuntimeException why) implements Answer<T> {}
  }

  private final Duration kept;
  private final Supplier<T> question;
  private @Nullable Answer<T> last;
  private long asked;

  /**
   * @param question has an answer, or throws, within a bounded time
   */
  public KeptAnswer(Duration kept, Supplier<T> question) {
    this.kept = kept;
    this.question = question;
  }

  /** Waits for an answer where none is known; not for an event loop. */
  public synchronized T get() {
    Answer<T> answer = last;
    if (answer == null || System.nanoTime() - asked > kept.toNanos()) {
      answer = ask();
      last = answer;
      asked = System.nanoTime();
    }
    return switch (answer) {
      case Answer.Told<T> told -> told.value();
      case Answer.Failed<T> failed -> throw failed.why();
    };
  }

  private Answer<T> ask() {
    try {
      return new Answer.Told<>(question.get());
    } catch (RuntimeException e) {
      return new Answer.Failed<>(e);
    }
  }
}
