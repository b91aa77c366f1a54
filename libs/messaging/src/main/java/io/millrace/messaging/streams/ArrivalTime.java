package io.millrace.messaging.streams;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * When the record arrived in its topic. Event time is in the payload and is what windows go by; a
 * record of the past would be expired by the broker, one without a timestamp dropped by Streams.
 */
public final class ArrivalTime implements TimestampExtractor {
  /** The timestamp of a record that is passed over: Kafka Streams moves on behind it. */
  static final long PASSED_OVER = Long.MIN_VALUE;

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return record.timestamp() == PASSED_OVER ? -1 : Math.max(0, record.timestamp());
  }
}
