package io.millrace.features.online;

import java.util.function.Function;

/**
 * What came of asking the store: it may be away, which is no exception but a state of the world.
 */
public sealed interface StoreAnswer<T> {
  record Answered<T>(T value) implements StoreAnswer<T> {}

  /**
   * @param reason for a log line or a problem's detail; holds no data
   */
  record Unavailable<T>(String reason) implements StoreAnswer<T> {}

  default <R> StoreAnswer<R> map(Function<? super T, ? extends R> function) {
    return switch (this) {
      case Answered<T>(T value) -> new Answered<>(function.apply(value));
      case Unavailable<T>(String reason) -> new Unavailable<>(reason);
    };
  }
}
