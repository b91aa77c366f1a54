package io.millrace.messaging.clients;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** The clients of Kafka, as beans. */
@ApplicationScoped
public class ClientBeans {
  @Produces
  @Singleton
  KafkaClients kafka(ClientSettings settings, Config config) {
    return KafkaClients.of(settings.kafka(), config);
  }

  @Produces
  @Singleton
  Neighbour broker(KafkaClients kafka) {
    return new Neighbour("kafka", kafka::ask);
  }
}
