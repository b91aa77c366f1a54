package io.millrace.messaging.control;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.contracts.topics.MillraceHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What counts no more of what one topic says of pipelines. A fact that says by which version of its
 * pipeline it was said counts from the version on with which the pipeline began anew, wherever it
 * stands: one of an earlier life may come late, by a service that was slow. Of others it is their
 * place that tells.
 *
 * <p>It remembers, so that a topic that is read again takes nothing back of what counts.
 */
public final class Purges {
  private static final int MOST_BYTES = 10;

  private static final class Life {
    private int since = -1;

    /** The last place of a word that takes back, by partition. */
    private final Map<Integer, Long> purgedTo = new HashMap<>();

    /** Whether a fact was taken that does not say of which life it is. */
    private boolean hasUndated;
  }

  private final Map<String, Life> lives = new HashMap<>();

  /** The version from which on facts count again, where a record takes back what was before. */
  public static OptionalInt since(Headers headers) {
    Header header = headers.lastHeader(MillraceHeaders.PURGED);
    if (header == null) {
      return OptionalInt.empty();
    }
    byte[] value = header.value();
    if (value == null || value.length > MOST_BYTES) {
      return OptionalInt.of(0);
    }
    try {
      return OptionalInt.of(Integer.parseInt(new String(value, US_ASCII)));
    } catch (NumberFormatException e) {
      return OptionalInt.of(0);
    }
  }

  /**
   * Takes a word that takes back.
   *
   * @return whether there may be something to forget for it
   */
  boolean purge(String pipeline, ConsumerRecord<?, ?> record) {
    int since = since(record.headers()).orElseThrow();
    Life life = lives.computeIfAbsent(pipeline, unused -> new Life());
    boolean isLater = record.offset() > life.purgedTo.getOrDefault(record.partition(), -1L);
    boolean takesBack = since > life.since || (isLater && life.hasUndated);
    life.since = Math.max(life.since, since);
    life.purgedTo.merge(record.partition(), record.offset(), Math::max);
    life.hasUndated &= !takesBack;
    return takesBack;
  }

  /**
   * Whether a fact counts.
   *
   * @param version of the pipeline, by which it was said, if it says so
   */
  boolean counts(String pipeline, ConsumerRecord<?, ?> record, OptionalInt version) {
    Life life = lives.get(pipeline);
    if (life == null) {
      return true;
    }
    if (version.isPresent()) {
      return version.getAsInt() >= life.since;
    }
    boolean counts = record.offset() > life.purgedTo.getOrDefault(record.partition(), -1L);
    life.hasUndated |= counts;
    return counts;
  }
}
