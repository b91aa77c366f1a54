package io.millrace.monitor.history;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one control topic to the histories; not safe for several threads. */
final class Feed<T extends SpecificRecord> {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  private final Section section;
  private final RecordDecoder<T> decoder;
  private final Function<T, String> pipeline;
  private final BiConsumer<PipelineHistory, T> accept;

  Feed(
      ControlTopic<T> topic,
      Section section,
      SchemaCache schemas,
      Function<T, String> pipeline,
      BiConsumer<PipelineHistory, T> accept) {
    this.section = section;
    this.decoder = RecordDecoder.specific(schemas, topic.value());
    this.pipeline = pipeline;
    this.accept = accept;
  }

  /**
   * One record; what can't be read is logged and passed over.
   *
   * @throws io.millrace.messaging.registry.RegistryUnavailableException when its schema can't be
   *     had now
   */
  void accept(ConsumerRecord<byte[], byte[]> record, Histories histories, Changes changes) {
    if (record.value() == null) {
      return;
    }
    switch (decoder.decode(record.value())) {
      case Decoded.Value<T> read -> {
        String name = pipeline.apply(read.value());
        accept.accept(histories.open(name), read.value());
        changes.changed(name, section);
      }
      case Decoded.Failed<T> failed ->
          LOG.error(
              "topic={} offset={} code={} {}",
              record.topic(),
              record.offset(),
              failed.code(),
              failed.message());
    }
  }
}
