package io.millrace.messaging.registry;

import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.Neighbour;
import io.millrace.messaging.clients.RegistryAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The registry and its cache, as beans. */
@ApplicationScoped
public class RegistryBeans {
  @Produces
  @Singleton
  SchemaRegistry registry(ClientSettings settings) {
    return new ApicurioRegistry(RegistryAccess.of(settings.registry()));
  }

  @Produces
  @Singleton
  SchemaCache schemas(SchemaRegistry registry) {
    return new SchemaCache(registry);
  }

  @Produces
  @Singleton
  Neighbour neighbour(SchemaRegistry registry) {
    return new Neighbour("registry", () -> ask(registry));
  }

  /** Whether there is a schema of an id is of no matter. */
  private static Neighbour.Answer ask(SchemaRegistry registry) {
    try {
      registry.schema(1);
      return new Neighbour.Answer.Accepted();
    } catch (RegistryRefusedException e) {
      return new Neighbour.Answer.Refused(e.code(), String.valueOf(e.getMessage()));
    } catch (RegistryUnavailableException e) {
      return new Neighbour.Answer.Away(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return new Neighbour.Answer.Accepted(); // what this schema is like is of no matter either
    }
  }
}
