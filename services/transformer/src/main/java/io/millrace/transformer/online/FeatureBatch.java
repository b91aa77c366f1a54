package io.millrace.transformer.online;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.EntityKey;
import io.millrace.features.online.Write;
import io.millrace.features.panes.StoredPanes;
import io.millrace.messaging.serde.WireFormat;
import io.millrace.messaging.topics.SkippedRecords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What records of one partition of the features topic say: each entity's latest panes, and how far
 * the tasks that keep them had come after them.
 *
 * @param watermarks by task
 */
record FeatureBatch(List<Write> writes, Map<Integer, Long> watermarks) {
  private static final String WATERMARK = "_watermark";

  /** What is none of ours is passed over. */
  static FeatureBatch of(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<EntityKey, Write> latest = new LinkedHashMap<>();
    Map<Integer, Long> watermarks = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        EntityKey key = key(record.key());
        byte @Nullable [] value = record.value();
        if (!key.entity().equals(WATERMARK)) {
          Optional<byte[]> panes = Optional.ofNullable(value).map(FeatureBatch::avro);
          latest.put(key, new Write(key, record.offset(), panes));
        } else if (value != null) {
          byte[] avro = avro(value);
          watermarks.merge(
              Integer.valueOf(key.key()), StoredPanes.watermark(avro, 0, avro.length), Math::max);
        }
      } catch (IllegalArgumentException e) {
        SkippedRecords.skip(
            record.topic(),
            record.partition(),
            record.offset(),
            ErrorCode.UNDECODABLE,
            String.valueOf(e.getMessage()));
      }
    }
    return new FeatureBatch(List.copyOf(latest.values()), watermarks);
  }

  private static EntityKey key(byte @Nullable [] key) {
    if (key == null) {
      throw new IllegalArgumentException("no key");
    }
    return EntityKey.parse(new String(key, StandardCharsets.UTF_8));
  }

  private static byte[] avro(byte[] value) {
    if (!WireFormat.hasHeader(value)) {
      throw new IllegalArgumentException("no wire format");
    }
    byte[] panes = Arrays.copyOfRange(value, WireFormat.HEADER_BYTES, value.length);
    if (!StoredPanes.isWhole(panes)) {
      throw new IllegalArgumentException("no panes"); // they would take the place of good ones
    }
    return panes;
  }
}
