package io.millrace.messaging.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.registry.SchemaRegistry.Registration;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.serde.VersionHeader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;

/** Makes the records of one control topic; not safe for several threads. */
public final class ControlRecords<T extends SpecificRecord> {
  private final ControlTopic<T> topic;
  private final RecordEncoder encoder;
  private final CloudEvents envelope;

  /**
   * @param source who writes them, as {@code ce_source}
   */
  public ControlRecords(ControlTopic<T> topic, RecordEncoder encoder, String source) {
    this.topic = topic;
    this.encoder = encoder;
    this.envelope = new CloudEvents(source, "millrace." + topic.value().getSimpleName());
  }

  /**
   * Registers the topic's schema first.
   *
   * @throws io.millrace.messaging.registry.RegistryUnavailableException while the registry is away
   */
  public static <T extends SpecificRecord> ControlRecords<T> registered(
      ControlTopic<T> topic, SchemaRegistry registry, String source) {
    return switch (registry.register(PipelineSchemas.artifact(topic.name()), topic.schema())) {
      case Registration.Accepted accepted ->
          new ControlRecords<>(topic, RecordEncoder.specific(accepted.id(), topic.value()), source);
      case Registration.Incompatible refused ->
          throw new IllegalStateException(refused.artifactId() + ": " + refused.reason());
    };
  }

  public ControlTopic<T> topic() {
    return topic;
  }

  /**
   * One fact.
   *
   * @param partitions how many the topic has: all facts of a pipeline go to one of them, so that
   *     they keep their order
   */
  public ProducerRecord<byte[], byte[]> record(
      String pipeline, String key, T value, Instant now, int partitions) {
    return recordIn(partitionOf(pipeline, partitions), key, value, now);
  }

  /** One fact that stands where earlier ones of the same thing do. */
  public ProducerRecord<byte[], byte[]> recordIn(int partition, String key, T value, Instant now) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic.name(), partition, key.getBytes(UTF_8), encoder.encode(value));
    envelope.set(record.headers(), key, ChronoUnit.MICROS.between(Instant.EPOCH, now));
    version(value).ifPresent(version -> VersionHeader.set(record.headers(), version));
    return record;
  }

  /**
   * The version of its pipeline by which a fact was said, where it says so. Of others who writes
   * them says it in the header, so that they are known for late ones when the pipeline begins anew.
   */
  static OptionalInt version(SpecificRecord fact) {
    return switch (fact) {
      case RunStep step -> OptionalInt.of(step.getPipelineVersion());
      case PartWritten part -> OptionalInt.of(part.getPipelineVersion());
      case ModelEvent event when event.getChange() instanceof ModelVersion version ->
          OptionalInt.of(version.getPipelineVersion());
      default -> OptionalInt.empty();
    };
  }

  /**
   * Takes back what stands under a key, and with it all that was said of its pipeline before.
   *
   * @param since the version from which on facts count again
   */
  public static ProducerRecord<byte[], byte[]> purged(
      String topic, int partition, byte[] key, int since) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, key, null);
    record.headers().add(MillraceHeaders.PURGED, Integer.toString(since).getBytes(UTF_8));
    return record;
  }

  /** The partition of a control topic that takes what is said of a pipeline. */
  public static int partitionOf(String pipeline, int partitions) {
    return Utils.toPositive(Utils.murmur2(pipeline.getBytes(UTF_8))) % partitions;
  }
}
