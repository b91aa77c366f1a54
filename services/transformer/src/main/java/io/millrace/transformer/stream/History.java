package io.millrace.transformer.stream;

import io.millrace.transformer.stream.EventJoinProcessor.Source;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The examples and labels of a task that are still kept, to be read once more. */
interface History {
  /** A place in each of the two topics. */
  record Place(long examples, long labels) {
    long of(Source source) {
      return source == Source.EXAMPLES ? examples : labels;
    }
  }

  /** Takes what is read; on the thread that reads. */
  interface Reader {
    /** Before anything else: what came before this place is not kept any more. */
    void begin(Place first);

    /**
     * In the order of arrival, examples and labels together.
     *
     * @throws InterruptedException when there is no more reading
     */
    void take(Source source, ConsumerRecord<byte[], byte[]> record) throws InterruptedException;
  }

  /**
   * How far the task had read when it was last committed; 0 where it never was.
   *
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer
   */
  Place committed(int partition);

  /**
   * All that is kept of what came before a place.
   *
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer
   */
  void read(int partition, Place end, Reader reader) throws InterruptedException;
}
