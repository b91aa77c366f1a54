package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.ingest.settings.KafkaClients;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code millrace.pipelines} from its beginning to its end, each time anew: it is small and
 * read rarely, and whoever counts versions up must not trust a memory of his own.
 */
@ApplicationScoped
public class PipelineLog {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineLog.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(12);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Pattern KEY = Pattern.compile("([^/]+)/([0-9]{1,9})");

  private final KafkaClients clients;
  private final SchemaCache schemas;

  @Inject
  public PipelineLog(KafkaClients clients, SchemaCache schemas) {
    this.clients = clients;
    this.schemas = schemas;
  }

  /**
   * The newest version of each pipeline, deletions included.
   *
   * @throws KafkaException when the end was not reached in time
   */
  Map<String, PipelineVersion> newest() {
    Map<String, PipelineVersion> newest = new HashMap<>();
    RecordDecoder<PipelineVersion> decoder = RecordDecoder.specific(schemas, PipelineVersion.class);
    try (Consumer<byte[], byte[]> consumer = clients.consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(ControlTopic.PIPELINES.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = ends(partitions);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (!ends.entrySet().stream()
          .allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("the end of the topic was not reached in time");
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record, decoder, newest);
        }
      }
    }
    return newest;
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record,
      RecordDecoder<PipelineVersion> decoder,
      Map<String, PipelineVersion> newest) {
    if (record.value() == null) {
      return;
    }
    Optional<PipelineVersion> version =
        switch (decoder.decode(record.value())) {
          case Decoded.Value<PipelineVersion> read -> Optional.of(read.value());
          case Decoded.Failed<PipelineVersion> failed -> {
            LOG.error(
                "topic={} partition={} offset={} code={} {}",
                record.topic(),
                record.partition(),
                record.offset(),
                failed.code(),
                failed.message());
            yield lost(record);
          }
        };
    version.ifPresent(
        read ->
            newest.merge(
                read.getPipeline(), read, (a, b) -> a.getVersion() > b.getVersion() ? a : b));
  }

  /**
   * A version that cannot be read any more, as after a registry has lost its memory: its number is
   * taken, as its key says, and nothing runs by it.
   */
  private static Optional<PipelineVersion> lost(ConsumerRecord<byte[], byte[]> record) {
    Matcher key =
        KEY.matcher(record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
    return key.matches()
        ? Optional.of(
            PipelineVersion.newBuilder()
                .setPipeline(key.group(1))
                .setVersion(Integer.parseInt(key.group(2)))
                .setFile("")
                .setDeleted(true)
                .setPartitions(0)
                .setSchemas(Map.of())
                .setAppliedAt(Instant.EPOCH)
                .build())
        : Optional.empty();
  }

  /**
   * The ends of the log itself: the ends that a read-committed consumer would be told lie before a
   * transaction that is still open, and before what others committed behind it.
   */
  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
    try (Admin admin = clients.admin()) {
      return admin
          .listOffsets(
              partitions.stream()
                  .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest())))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
