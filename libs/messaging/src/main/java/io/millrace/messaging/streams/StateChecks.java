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
 * @param byStore by its name; a store without one takes anything
 */
public record StateChecks(Map<String, Check> byStore) {
  /** Throws on what is no entry of a store. */
  public interface Check {
    void accept(byte[] key, byte[] value);
  }

  public static final StateChecks NONE = new StateChecks(Map.of());

  /** Anything, as none of it is read where it could do harm. */
  public static final Consumer<byte[]> ANY = bytes -> {};

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

  /**
   * A store of these sections and no others.
   *
   * @param form of all that it holds
   * @param values throws on what is no value of the section
   */
  public static Check sections(StoreForm form, Map<StoreSection<?, ?>, Consumer<byte[]>> values) {
    Map<Byte, Consumer<byte[]>> byLetter = new HashMap<>();
    byLetter.put((byte) StoreForm.SECTION.letter(), form::check);
    values.forEach((section, check) -> byLetter.put((byte) section.letter(), check));
    return (key, value) -> {
      Consumer<byte[]> check = key.length == 0 ? null : byLetter.get(key[0]);
      if (check == null) {
        throw new IllegalArgumentException(
            "a key of no section of the store, unless it is a newer Millrace's");
      }
      check.accept(value);
    };
  }

  /** By the name of the topic. */
  Map<String, Check> byChangelog(String application) {
    Map<String, Check> byChangelog = new HashMap<>();
    byStore.forEach(
        (store, check) -> byChangelog.put(application + "-" + store + "-changelog", check));
    return byChangelog;
  }

  /**
   * Looks at a record of a changelog.
   *
   * @throws DamagedStateException when it is no state
   * @throws NewerStateException when only a newer Millrace can read the store
   */
  static void check(Check check, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      check.accept(record.key(), record.value());
    } catch (NewerStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DamagedStateException(
          new Place(record.topic(), record.partition(), record.offset()), e);
    }
  }
}
