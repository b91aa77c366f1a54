package io.millrace.transformer.stream;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.topics.PartitionsReader;
import io.millrace.transformer.stream.EventJoinProcessor.Source;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Reads a pipeline's topics of examples and labels as they are committed. */
final class TopicHistory implements History {
  private final KafkaClients kafka;
  private final String pipeline;
  private final String group;

  /**
   * @param group that the task belongs to
   */
  TopicHistory(KafkaClients kafka, String pipeline, String group) {
    this.kafka = kafka;
    this.pipeline = pipeline;
    this.group = group;
  }

  @Override
  public Place committed(int partition) {
    try (Consumer<byte[], byte[]> consumer =
        kafka.reader(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group))) {
      TopicPartition examples = partition(Source.EXAMPLES, partition);
      TopicPartition labels = partition(Source.LABELS, partition);
      Map<TopicPartition, OffsetAndMetadata> all = consumer.committed(Set.of(examples, labels));
      return new Place(offset(all.get(examples)), offset(all.get(labels)));
    }
  }

  private static long offset(@org.jspecify.annotations.Nullable OffsetAndMetadata committed) {
    return committed == null ? 0 : committed.offset();
  }

  private TopicPartition partition(Source source, int partition) {
    DataTopic topic = source == Source.EXAMPLES ? DataTopic.EXAMPLES : DataTopic.LABELS;
    return new TopicPartition(topic.of(pipeline), partition);
  }

  @Override
  public void read(int partition, Place end, Reader reader) throws InterruptedException {
    TopicPartition examples = partition(Source.EXAMPLES, partition);
    TopicPartition labels = partition(Source.LABELS, partition);
    try (Consumer<byte[], byte[]> consumer = kafka.reader(Map.of())) {
      PartitionsReader.read(
          consumer,
          List.of(examples, labels),
          Map.of(examples, end.examples(), labels, end.labels()),
          new PartitionsReader.Sink() {
            @Override
            public void begin(Map<TopicPartition, Long> first) {
              reader.begin(
                  new Place(first.getOrDefault(examples, 0L), first.getOrDefault(labels, 0L)));
            }

            @Override
            public void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
              boolean isExample = record.topic().equals(examples.topic());
              reader.take(isExample ? Source.EXAMPLES : Source.LABELS, record);
            }
          });
    }
  }
}
