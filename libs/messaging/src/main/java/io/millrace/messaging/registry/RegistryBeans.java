package io.millrace.messaging.registry;

import io.millrace.messaging.settings.MillraceSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The registry and its cache, as beans. */
@ApplicationScoped
public class RegistryBeans {
  @Produces
  @Singleton
  SchemaRegistry registry(MillraceSettings settings) {
    return new ApicurioRegistry(settings.registry().url());
  }

  @Produces
  @Singleton
  SchemaCache schemas(SchemaRegistry registry) {
    return new SchemaCache(registry);
  }
}
