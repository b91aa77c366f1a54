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
    KafkaClients kafka = KafkaClients.of(settings.kafka(), config);
    // here, as every service makes its first client while it starts
    if (settings.neighbours().mustBeNamed()) {
      NamedNeighbours.require(kafka, NamedNeighbours.OF_A_SERVICE, config);
    }
    return kafka;
  }

  @Produces
  @Singleton
  Neighbour broker(KafkaClients kafka) {
    return new Neighbour("kafka", kafka::ask);
  }
}
