package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.TopicReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Reads {@code millrace.pipelines} from its beginning to its end, each time anew: it is small and
 * read rarely, and whoever counts versions up must not trust a memory of his own.
 */
@ApplicationScoped
public class PipelineLog {
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Pattern KEY = Pattern.compile("([^/]+)/([0-9]{1,9})");

  /**
   * What has been said of a pipeline.
   *
   * @param newest the newest version that can be read, be it a deletion
   * @param number the highest that is taken, be it by one that can't be read
   */
  record Known(PipelineVersion newest, int number) {
    private Known with(Known other) {
      return new Known( // of one that was said twice the last word counts
          newest.getVersion() > other.newest.getVersion() ? newest : other.newest,
          Math.max(number, other.number));
    }
  }

  private final TopicReader topics;
  private final ControlReader<PipelineVersion> versions;

  @Inject
  public PipelineLog(KafkaClients clients, SchemaCache schemas) {
    this.topics = new TopicReader(clients, PATIENCE);
    this.versions = new ControlReader<>(ControlTopic.PIPELINES, schemas);
  }

  /**
   * The versions of a pipeline that can be read, in their order.
   *
   * @throws KafkaException when the end was not reached in time
   */
  List<PipelineVersion> versions(String pipeline) {
    SortedMap<Integer, PipelineVersion> all = new TreeMap<>();
    topics.read(
        ControlTopic.PIPELINES.name(),
        record ->
            versions.read(
                record,
                version -> {
                  if (version.getPipeline().equals(pipeline)) {
                    all.put(version.getVersion(), version);
                  }
                }));
    return List.copyOf(all.values());
  }

  /**
   * Each pipeline, deleted ones included.
   *
   * @throws KafkaException when the end was not reached in time
   */
  Map<String, Known> pipelines() {
    Map<String, Known> known = new HashMap<>();
    topics.read(
        ControlTopic.PIPELINES.name(),
        record -> {
          if (record.value() != null) {
            versions
                .read(record)
                .map(version -> new Known(version, version.getVersion()))
                .or(() -> lost(record))
                .ifPresent(next -> known.merge(next.newest().getPipeline(), next, Known::with));
          }
        });
    return known;
  }

  /**
   * A version that can't be read, as after a registry has lost its memory, or that says what can't
   * be: its number is taken, as its key says, and nothing runs by it.
   */
  private static Optional<Known> lost(ConsumerRecord<byte[], byte[]> record) {
    Matcher key =
        KEY.matcher(record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
    return key.matches()
        ? Optional.of(
            new Known(
                PipelineVersion.newBuilder()
                    .setPipeline(key.group(1))
                    .setVersion(0) // every one that can be read is newer
                    .setFile("")
                    .setDeleted(true)
                    .setPartitions(0)
                    .setSchemas(Map.of())
                    .setAppliedAt(Instant.EPOCH)
                    .build(),
                Integer.parseInt(key.group(2))))
        : Optional.empty();
  }
}
