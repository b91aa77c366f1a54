package io.millrace.ingest.topics;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.DataTopic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic as ingest wants it. All carry the time of arrival, so that retention counts from it and
 * old events can be replayed.
 *
 * @param settings of the broker's names for them
 */
public record TopicSpec(String name, int partitions, Map<String, String> settings) {
  private static final Duration STREAM_RETENTION = Duration.ofDays(7);

  public TopicSpec {
    settings = Map.copyOf(settings);
  }

  /** A topic of the control plane: every version of everything is kept. */
  static TopicSpec control(String name, int partitions) {
    return kept(name, partitions, Optional.empty(), Map.of());
  }

  /** A topic that producers of events write to. */
  public static TopicSpec stream(String name, int partitions) {
    return kept(name, partitions, Optional.of(STREAM_RETENTION), Map.of());
  }

  /** One of the data topics of a pipeline. */
  public static TopicSpec data(DataTopic topic, Pipeline pipeline, int partitions) {
    Optional<Duration> retention =
        topic == DataTopic.QUARANTINE
            ? Optional.of(pipeline.retention().quarantine())
            : topic.retention();
    Map<String, String> more =
        Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(DataTopic.MOST_RECORD_BYTES));
    return kept(topic.of(pipeline.name()), partitions, retention, more);
  }

  private static TopicSpec kept(
      String name, int partitions, Optional<Duration> retention, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    if (retention.isPresent()) {
      settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
      settings.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retention.get().toMillis()));
    } else {
      settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    return new TopicSpec(name, partitions, settings);
  }
}
