package io.millrace.messaging.topics;

import io.micrometer.core.instrument.Metrics;
import io.millrace.contracts.errors.ErrorCode;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in a topic of our own that are not ours: passed over, counted in {@code
 * millrace_records_skipped_total}, and the first of each kind in each topic logged with its place.
 */
public final class SkippedRecords {
  private static final Logger LOG = LoggerFactory.getLogger(SkippedRecords.class);
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private SkippedRecords() {}

  /** One is passed over. */
  public static void skip(
      String topic, int partition, long offset, ErrorCode code, String message) {
    skip(topic, partition, offset, code, message, null);
  }

  /**
   * One is passed over.
   *
   * @param cause the failure that it caused
   */
  public static void skip(
      String topic,
      int partition,
      long offset,
      ErrorCode code,
      String message,
      @Nullable Throwable cause) {
    Metrics.counter("millrace.records.skipped", "topic", topic, "code", code.name()).increment();
    if (LOGGED.add(topic + " " + code)) {
      LOG.error(
          "topic={} partition={} offset={} code={} passed over, and so are others like it: {}",
          topic,
          partition,
          offset,
          code,
          message,
          cause);
    }
  }
}
