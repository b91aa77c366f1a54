package io.millrace.monitor.history;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.control.ControlReader.Skipped;
import io.millrace.messaging.parts.PartFacts;
import io.millrace.messaging.registry.SchemaCache;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Brings one control topic to the histories; not safe for several threads. */
final class Feed<T extends SpecificRecord> {
  private final Section section;
  private final ControlReader<T> facts;
  private final Function<T, String> pipeline;
  private final BiConsumer<PipelineHistory, T> accept;

  Feed(
      ControlTopic<T> topic,
      Section section,
      SchemaCache schemas,
      Consumer<Skipped> skipped,
      Function<T, String> pipeline,
      BiConsumer<PipelineHistory, T> accept) {
    this.section = section;
    this.facts = new ControlReader<>(topic, schemas, skipped);
    this.pipeline = pipeline;
    this.accept = accept;
  }

  /**
   * One record; what is no fact is passed over.
   *
   * @throws io.millrace.messaging.registry.RegistryUnavailableException when its schema can't be
   *     had now
   */
  void accept(ConsumerRecord<byte[], byte[]> record, Histories histories, Changes changes) {
    if (section == Section.DATA) {
      PartFacts.deleted(record)
          .ifPresent(
              part -> {
                histories.open(part.pipeline()).delete(part);
                changes.changed(part.pipeline(), section);
              });
    }
    facts.read(
        record,
        fact -> {
          String name = pipeline.apply(fact);
          accept.accept(histories.open(name), fact);
          changes.changed(name, section);
        },
        purged -> {
          histories.open(purged).forget(section);
          changes.changed(purged, section);
        });
  }
}
