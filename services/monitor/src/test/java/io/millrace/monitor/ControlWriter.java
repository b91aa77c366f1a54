package io.millrace.monitor;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fuzz.Junk;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.serde.RecordEncoder;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes to control topics as the services do, under the keys that the contracts name. */
public final class ControlWriter implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final Map<String, ControlRecords<?>> records = new HashMap<>();

  public ControlWriter(KafkaClients clients) {
    this.producer = clients.producer(Map.of());
  }

  public void write(PipelineVersion version) {
    String pipeline = version.getPipeline();
    write(ControlTopic.PIPELINES, pipeline, pipeline + "/" + version.getVersion(), version);
  }

  public void write(PartWritten part) {
    String key = part.getPipeline() + "/" + part.getPart() + "/" + part.getVersion();
    write(ControlTopic.DATASETS, part.getPipeline(), key, part);
  }

  public void write(RunStep step) {
    String key = step.getPipeline() + "/" + step.getRun() + "/" + step.getStep();
    write(ControlTopic.RUNS, step.getPipeline(), key, step);
  }

  public void write(ModelEvent event) {
    String key =
        switch (event.getChange()) {
          case ModelVersion version -> "/" + version.getVersion();
          case AliasMoved moved -> "@" + moved.getAlias() + "/" + moved.getSequence();
          default -> throw new IllegalArgumentException();
        };
    write(ControlTopic.MODELS, event.getModel(), event.getModel() + key, event);
  }

  public void write(MetricsMeasured measured) {
    String pipeline = measured.getPipeline();
    String key = pipeline + "/" + measured.getVersion() + "/" + measured.getWindowStart();
    write(ControlTopic.METRICS, pipeline, key, measured);
  }

  public void write(DriftMeasured measured) {
    String key =
        String.join(
            "/",
            measured.getPipeline(),
            measured.getWindowStart().toString(),
            measured.getKind(),
            measured.getField());
    write(ControlTopic.DRIFT, measured.getPipeline(), key, measured);
  }

  public void write(AlertEvent event) {
    write(
        ControlTopic.ALERTS,
        event.getPipeline(),
        event.getPipeline() + "/" + event.getAlert(),
        event);
  }

  /** Values that are no facts, in every partition of a topic. */
  public void writeJunk(ControlTopic<?> topic, byte[] key) {
    int partitions = producer.partitionsFor(topic.name()).size();
    for (int partition = 0; partition < partitions; partition++) {
      for (byte[] value : Junk.values(ControlBroker.schemaId(topic))) {
        producer.send(new ProducerRecord<>(topic.name(), partition, key, value));
      }
    }
    producer.flush();
  }

  @SuppressWarnings("unchecked")
  private <T extends SpecificRecord> void write(
      ControlTopic<T> topic, String pipeline, String key, T value) {
    ControlRecords<T> of =
        (ControlRecords<T>)
            records.computeIfAbsent(
                topic.name(),
                name ->
                    new ControlRecords<>(
                        topic,
                        RecordEncoder.specific(ControlBroker.schemaId(topic), topic.value()),
                        "/test"));
    int partitions = producer.partitionsFor(topic.name()).size();
    try {
      producer.send(of.record(pipeline, key, value, Instant.EPOCH, partitions)).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
