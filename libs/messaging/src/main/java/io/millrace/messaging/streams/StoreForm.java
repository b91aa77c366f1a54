package io.millrace.messaging.streams;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The form of what a task keeps in a store: a byte beside its sections, to be raised when what they
 * hold changes so that a Millrace of before would misread it. That one refuses the store; one that
 * knows an older form takes it over.
 *
 * @param current of what this Millrace writes; 1 is that of stores that don't say
 */
public record StoreForm(byte current) {
  /** No store has a section of its own of this letter. */
  static final StoreSection<String, byte[]> SECTION =
      new StoreSection<>('0', Serdes.String(), Serdes.ByteArray());

  private static final Logger LOG = LoggerFactory.getLogger(StoreForm.class);
  private static final String KEY = "form";
  private static final byte FIRST = 1;
  private static final Duration SOON = Duration.ofMillis(100);

  /**
   * The form that a store has.
   *
   * @throws NewerStateException when this Millrace does not know it
   */
  public byte of(KeyValueStore<Bytes, byte[]> store) {
    byte[] said = SECTION.of(store).get(KEY);
    if (said == null) {
      return FIRST;
    }
    check(said);
    return said[0];
  }

  /** Throws on a form that this Millrace does not know. */
  void check(byte[] said) {
    if (said.length != 1 || said[0] > current) {
      throw new NewerStateException(
          "a state of form %s was written by a newer Millrace; this one knows forms up to %d"
              .formatted(said.length == 1 ? Byte.toString(said[0]) : "unknown", current));
    }
  }

  /** Says the form in a store; not while its task is set up, when a cached store takes nothing. */
  public void write(KeyValueStore<Bytes, byte[]> store) {
    takenOver(store).ifPresent(LOG::info);
    SECTION.of(store).put(KEY, new byte[] {current});
  }

  /** What is to be said of a store of an older form; nothing of an empty one, which has none. */
  Optional<String> takenOver(KeyValueStore<Bytes, byte[]> store) {
    byte before = of(store);
    long entries = store.approximateNumEntries();
    return before == current || entries == 0
        ? Optional.empty()
        : Optional.of(
            "store=%s of an older Millrace is taken over: form %d is form %d now, about %d entries"
                .formatted(store.name(), before, current, entries));
  }

  /** While a task is set up: looks at the form, and says the new one soon. */
  public void keep(ProcessorContext<?, ?> context, KeyValueStore<Bytes, byte[]> store) {
    if (of(store) != current) {
      CompletableFuture<Cancellable> once = new CompletableFuture<>();
      once.complete(
          context.schedule(
              SOON,
              PunctuationType.WALL_CLOCK_TIME,
              now -> {
                write(store);
                once.join().cancel();
              }));
    }
  }
}
