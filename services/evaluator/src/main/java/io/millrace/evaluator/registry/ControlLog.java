package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.TopicReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads a control topic from its beginning to its end, each time anew: it is small and read rarely,
 * and whoever counts up must not trust a memory of his own.
 */
@ApplicationScoped
public class ControlLog {
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private final TopicReader topics;
  private final ControlReader<ModelEvent> models;
  private final ControlReader<RunStep> runs;

  @Inject
  public ControlLog(KafkaClients kafka, SchemaCache schemas) {
    this.topics = new TopicReader(kafka, PATIENCE);
    this.models = new ControlReader<>(ControlTopic.MODELS, schemas);
    this.runs = new ControlReader<>(ControlTopic.RUNS, schemas);
  }

  List<ModelEvent> models() {
    return read(ControlTopic.MODELS, models, ModelEvent::getModel);
  }

  List<RunStep> runs() {
    return read(ControlTopic.RUNS, runs, RunStep::getPipeline);
  }

  /**
   * All that is committed, transactions that were open at the call included. What is no fact is
   * passed over: it has said nothing that could be said again.
   *
   * @throws KafkaException when the end was not reached in time
   */
  private <T extends SpecificRecord> List<T> read(
      ControlTopic<T> topic, ControlReader<T> reader, Function<T, String> pipeline) {
    List<T> facts = new ArrayList<>();
    Consumer<String> forget = purged -> facts.removeIf(fact -> pipeline.apply(fact).equals(purged));
    if (!topics.read(topic.name(), record -> reader.read(record, facts::add, forget))) {
      throw new UnknownTopicOrPartitionException("there is no topic " + topic.name() + " yet");
    }
    return facts;
  }
}
