package io.millrace.validator.topology;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.validator.checks.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * What fits into the topics behind the validator of a record of a stream: packed it fits into the
 * stream's topic, unpacked it might fit nowhere else.
 *
 * @param record as it came, or cut to what fits
 * @param violations why it was cut; empty when it was not
 */
record Fitting(Record<byte[], byte[]> record, List<Violation> violations) {
  private static final int BYTES_PER_HEADER = 16;

  static Fitting of(Record<byte[], byte[]> record) {
    long headerBytes = 0;
    for (Header header : record.headers()) {
      headerBytes += size(header);
    }
    boolean fits =
        !isBeyond(record.value(), Limit.EVENT_BYTES)
            && !isBeyond(record.key(), Limit.KEY_BYTES)
            && !Limit.HEADER_BYTES.isExceededBy(headerBytes);
    return fits ? new Fitting(record, List.of()) : cut(record, headerBytes);
  }

  private static Fitting cut(Record<byte[], byte[]> record, long headerBytes) {
    List<Violation> violations = new ArrayList<>();
    Record<byte[], byte[]> cut = record;
    if (isBeyond(record.value(), Limit.EVENT_BYTES)) {
      violations.add(
          tooLarge(Limit.EVENT_BYTES, "the value takes %d bytes unpacked", record.value().length));
      cut = cut.withValue(Arrays.copyOf(record.value(), Limit.EVENT_BYTES.most()));
    }
    if (isBeyond(record.key(), Limit.KEY_BYTES)) {
      violations.add(tooLarge(Limit.KEY_BYTES, "the key takes %d bytes", record.key().length));
      cut = cut.withKey(Arrays.copyOf(record.key(), Limit.KEY_BYTES.most()));
    }
    if (Limit.HEADER_BYTES.isExceededBy(headerBytes)) {
      violations.add(tooLarge(Limit.HEADER_BYTES, "the headers take %d bytes", headerBytes));
      cut = cut.withHeaders(thatFit(record.headers()));
    }
    return new Fitting(cut, violations);
  }

  private static Headers thatFit(Headers headers) {
    Headers fitting = new RecordHeaders();
    long bytes = 0;
    for (Header header : headers) {
      if (!Limit.HEADER_BYTES.isExceededBy(bytes + size(header))) {
        bytes += size(header);
        fitting.add(header);
      }
    }
    return fitting;
  }

  private static long size(Header header) {
    int name = header.key().getBytes(StandardCharsets.UTF_8).length;
    int value = header.value() == null ? 0 : header.value().length;
    return BYTES_PER_HEADER + name + (long) value;
  }

  private static boolean isBeyond(byte @Nullable [] bytes, Limit limit) {
    return bytes != null && limit.isExceededBy(bytes.length);
  }

  private static Violation tooLarge(Limit limit, String what, long bytes) {
    ErrorCode code = limit.code().orElseThrow();
    return Violation.ofRecord(
        code,
        what.formatted(bytes) + ", of which %d are allowed and kept here".formatted(limit.most()));
  }
}
