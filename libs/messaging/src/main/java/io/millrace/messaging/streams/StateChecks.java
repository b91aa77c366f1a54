package io.millrace.messaging.streams;

import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the values of an application's stores must be to be taken from their changelogs. A state
 * that can't be read is found when it is restored, where its place is known, and not when a record
 * needs it, which would be blamed for it.
 *
 * @param byStore throws on what is no value of the store; a store without one takes anything
 */
public record StateChecks(Map<String, Consumer<byte[]>> byStore) {
  public static final StateChecks NONE = new StateChecks(Map.of());

  /** A count. */
  public static final Consumer<byte[]> LONG =
      bytes -> {
        if (bytes.length != Long.BYTES) {
          throw new IllegalArgumentException("a number of " + bytes.length + " bytes");
        }
      };

  public StateChecks {
    byStore = Map.copyOf(byStore);
  }

  /** By the name of the topic. */
  Map<String, Consumer<byte[]>> byChangelog(String application) {
    Map<String, Consumer<byte[]>> byChangelog = new HashMap<>();
    byStore.forEach(
        (store, check) -> byChangelog.put(application + "-" + store + "-changelog", check));
    return byChangelog;
  }

  /**
   * Looks at a record of a changelog.
   *
   * @throws DamagedStateException when it is no state
   */
  static void check(Consumer<byte[]> check, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      check.accept(record.value());
    } catch (RuntimeException e) {
      throw new DamagedStateException(
          new Place(record.topic(), record.partition(), record.offset()), e);
    }
  }
}
