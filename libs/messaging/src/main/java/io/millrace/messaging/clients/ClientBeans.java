package io.millrace.messaging.clients;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** The clients of Kafka, as beans. */
@ApplicationScoped
public class ClientBeans {
  @Produces
  @Singleton
  KafkaClients kafka(ClientSettings settings, Config config) {
    return KafkaClients.of(settings.kafka(), config);
  }

  /** By this name, channels look for what their clients need. */
  @Produces
  @Singleton
  @Identifier("default-kafka-broker")
  Map<String, Object> channels(KafkaClients kafka) {
    return kafka.connection();
  }

  @Produces
  @Singleton
  Neighbour broker(KafkaClients kafka) {
    return new Neighbour("kafka", kafka::ask);
  }
}
