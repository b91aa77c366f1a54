package io.millrace.validator.topology;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.streams.RefusedRecords;
import io.millrace.validator.messages.Message;
import io.millrace.validator.messages.MessageSerde;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Refused events as they were received: what the deduplicating tasks read is a message about an
 * event, which says where the event itself stands.
 */
public final class RefusedEvents extends RefusedRecords {
  private final Pipeline pipeline;

  public RefusedEvents(Pipeline pipeline) {
    super(pipeline.name());
    this.pipeline = pipeline;
  }

  @Override
  protected ConsumerRecord<byte[], byte[]> origin(ConsumerRecord<byte[], byte[]> received) {
    for (Stream stream : streams()) {
      if (received.topic().equals(pipeline.topicOf(stream))) {
        return from(
            stream,
            received.partition(),
            received.offset(),
            received.key(),
            received.value(),
            received);
      }
    }
    try {
      if (MessageSerde.fromBytes(received.value()) instanceof Message.Event event) {
        return from(
            streams().get(event.stream()),
            event.origin().partition(),
            event.origin().offset(),
            event.origin().key(),
            event.original(),
            received);
      }
    } catch (RuntimeException e) {
      return received; // no message at all
    }
    return received;
  }

  /** In the order of the plan's inputs. */
  private List<Stream> streams() {
    return List.of(pipeline.exampleStream(), pipeline.labelStream());
  }

  @SuppressWarnings("NullAway") // a record may have neither key nor value
  private ConsumerRecord<byte[], byte[]> from(
      Stream stream,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      ConsumerRecord<byte[], byte[]> received) {
    RecordHeaders headers = new RecordHeaders(received.headers());
    headers.remove(MillraceHeaders.STREAM);
    headers.add(MillraceHeaders.STREAM, stream.name().getBytes(StandardCharsets.UTF_8));
    return new ConsumerRecord<>(
        pipeline.topicOf(stream),
        partition,
        offset,
        received.timestamp(),
        TimestampType.NO_TIMESTAMP_TYPE,
        0,
        0,
        key,
        value,
        headers,
        received.leaderEpoch());
  }
}
