package io.millrace.ingest;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.api.TerminationStyle;
import io.kroxylicious.testing.kafka.common.KafkaClusterConfig;
import io.kroxylicious.testing.kafka.common.KafkaClusterExecutionMode;
import io.kroxylicious.testing.kafka.common.KafkaClusterFactory;

/** A broker that is to be had, lost and had again. */
final class Servers {
  private Servers() {}

  static KafkaCluster startBroker() {
    KafkaCluster cluster =
        KafkaClusterFactory.create(
            KafkaClusterConfig.builder()
                .brokersNum(1)
                .kraftMode(true)
                .execMode(KafkaClusterExecutionMode.IN_VM)
                .brokerConfig("auto.create.topics.enable", "false")
                .build());
    cluster.start();
    return cluster;
  }

  static void stop(KafkaCluster cluster) {
    cluster.stopNodes(node -> true, TerminationStyle.GRACEFUL);
  }

  static void startAgain(KafkaCluster cluster) {
    cluster.startNodes(node -> true);
  }
}
