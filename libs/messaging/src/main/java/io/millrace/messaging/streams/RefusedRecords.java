package io.millrace.messaging.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** What a record that a pipeline's application refuses looks like in the pipeline's quarantine. */
public class RefusedRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a record that is nearly as large as one may be there is room for no more beside it. */
  private static final int MOST_HEADER_BYTES = 64 * 1024;

  private static final int MOST_KEY_BYTES = 64 * 1024;
  private static final int MOST_MESSAGE_CHARACTERS = 2000;

  private final String quarantine;

  public RefusedRecords(String pipeline) {
    this.quarantine = DataTopic.QUARANTINE.of(pipeline);
  }

  /** Facts of the control plane belong to all pipelines: they are skipped, with an alert. */
  final boolean hasQuarantine(String topic) {
    return ControlTopic.ALL.stream().noneMatch(control -> control.name().equals(topic));
  }

  /**
   * The record as it is written: the bytes as they were received, the reason and the place in
   * headers. A value that would not fit is cut to its first MiB.
   */
  final ProducerRecord<byte[], byte[]> refuse(
      ConsumerRecord<byte[], byte[]> received, PipelineFailure failure) {
    ConsumerRecord<byte[], byte[]> record = origin(received);
    Headers headers = new RecordHeaders();
    int room = MOST_HEADER_BYTES;
    for (Header header : record.headers()) {
      room -= header.key().length() + (header.value() == null ? 0 : header.value().length);
      if (room >= 0 && !header.key().equals(MillraceHeaders.WATERMARK)) {
        headers.add(header);
      }
    }
    set(headers, MillraceHeaders.REASONS, reasons(failure));
    set(headers, MillraceHeaders.SOURCE_TOPIC, record.topic());
    set(headers, MillraceHeaders.SOURCE_PARTITION, Integer.toString(record.partition()));
    set(headers, MillraceHeaders.SOURCE_OFFSET, Long.toString(record.offset()));
    return new ProducerRecord<>(
        quarantine,
        null,
        cut(record.key(), MOST_KEY_BYTES, MOST_KEY_BYTES),
        cut(
            record.value(),
            DataTopic.MOST_RECORD_BYTES - 4 * MOST_HEADER_BYTES,
            (int) Limit.EVENT_BYTES.most()),
        headers);
  }

  /** The record that an internal one was made of, where that can be told from it. */
  protected ConsumerRecord<byte[], byte[]> origin(ConsumerRecord<byte[], byte[]> received) {
    return received;
  }

  private static byte @Nullable [] cut(byte @Nullable [] bytes, int most, int kept) {
    return bytes == null || bytes.length <= most ? bytes : Arrays.copyOf(bytes, kept);
  }

  private static void set(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(UTF_8));
  }

  private static String reasons(PipelineFailure failure) {
    String message = failure.message();
    try {
      return JSON.writeValueAsString(
          List.of(
              Map.of(
                  "code",
                  failure.code().name(),
                  "message",
                  message.substring(0, Math.min(message.length(), MOST_MESSAGE_CHARACTERS)))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is always JSON", e);
    }
  }
}
