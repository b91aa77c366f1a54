package io.millrace.messaging.streams;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.settings.MillraceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings that every Streams application of Millrace shares.
 *
 * @param kafka how the application's own clients reach the broker
 * @param instance unique per process; the static group membership hangs on it
 * @param stateDir holds the local state of all applications
 * @param commitInterval every read-committed hop costs one of these
 * @param rocksdbBytes what all stores of the process share
 */
public record StreamsSettings(
    KafkaClients kafka,
    String instance,
    Path stateDir,
    int threads,
    Duration commitInterval,
    long cacheBytes,
    long rocksdbBytes) {
  public static StreamsSettings of(MillraceSettings settings, KafkaClients kafka) {
    return new StreamsSettings(
        kafka,
        settings.instance(),
        settings.state().dir(),
        settings.streams().threads(),
        settings.streams().commitInterval(),
        settings.streams().cacheBytes(),
        settings.streams().rocksdbBytes());
  }

  /** What the applications keep on this machine's disk. */
  public LocalState localState() {
    return new LocalState(stateDir);
  }

  /** Those of an application whose pipeline never began anew. */
  public Properties properties(String applicationId) {
    return properties(applicationId, 0);
  }

  /**
   * The properties of the application {@code millrace-<service>-<pipeline>}.
   *
   * @param since the version with which the pipeline last began anew
   */
  public Properties properties(String applicationId, int since) {
    Properties p = new Properties();
    p.putAll(kafka.connection());
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    p.put(StreamsConfig.STATE_DIR_CONFIG, localState().since(since).toString());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.POLL_MS_CONFIG, DeliveryAwareConsumer.SELDOM.toMillis());
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cacheBytes);
    p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDbMemory.class);
    p.put(SharedRocksDbMemory.BYTES, rocksdbBytes);
    p.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, ArrivalTime.class);
    p.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    p.put(StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG), "LogAppendTime");
    p.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        DataTopic.MOST_RECORD_BYTES);
    p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 3_000);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 10_000);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        DataTopic.MOST_RECORD_BYTES);
    return p;
  }
}
