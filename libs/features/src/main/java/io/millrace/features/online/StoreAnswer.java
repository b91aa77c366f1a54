package io.millrace.features.online;

/**
 * What came of asking the store: it may be away, which is no exception but a state of the world.
 */
public sealed interface StoreAnswer<T> {
  record Answered<T>(T value) implements StoreAnswer<T> {}

  /**
   * @param reason for a log line or a problem's detail; holds no data
   */
  record Unavailable<T>(String reason) implements StoreAnswer<T> {}
}
