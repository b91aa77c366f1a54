package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.topics.TopicReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code millrace.pipelines} from its beginning to its end, each time anew: it is small and
 * read rarely, and whoever counts versions up must not trust a memory of his own.
 */
@ApplicationScoped
public class PipelineLog {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineLog.class);
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Pattern KEY = Pattern.compile("([^/]+)/([0-9]{1,9})");

  private final TopicReader topics;
  private final SchemaCache schemas;

  @Inject
  public PipelineLog(KafkaClients clients, SchemaCache schemas) {
    this.topics = new TopicReader(clients, PATIENCE);
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
    topics.read(ControlTopic.PIPELINES.name(), record -> take(record, decoder, newest));
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
}
