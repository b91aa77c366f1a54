package io.millrace.ingest.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** What ingest alone can be told, below {@code millrace}. */
@ConfigMapping(prefix = "millrace")
public interface IngestSettings {
  /** Partitions of the topics of a pipeline that is applied for the first time. */
  @WithDefault("4")
  int partitions();

  Ingest ingest();

  /** Below {@code millrace.ingest}. */
  interface Ingest {
    /** Replicas of each topic that is made; -1 leaves it to the broker. */
    @WithDefault("-1")
    short replicationFactor();

    /**
     * Which topics, besides their own, pipelines may read: a regular expression. None by default.
     */
    Optional<String> allowedTopics();

    /** Longest body of a request with events, in bytes. */
    @WithDefault("8388608")
    int maxBodyBytes();

    /** Longest record that the topics take, in bytes. */
    @WithDefault("1000000")
    int maxRecordBytes();

    /** How long the broker may take to acknowledge. */
    @WithDefault("10s")
    Duration deliveryTimeout();

    /** How long a request may wait for room in the producer's buffer, or for metadata. */
    @WithDefault("5s")
    Duration blockTimeout();

    /**
     * What a broker's disk must have left for events to be taken; 0 takes them as long as it can.
     */
    @WithDefault("1073741824")
    long leastFreeBytes();
  }
}
