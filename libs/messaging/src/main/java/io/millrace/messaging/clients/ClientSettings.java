package io.millrace.messaging.clients;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How every service reaches its neighbours, below {@code millrace}; whatever is set below {@code
 * kafka} goes to each client of Kafka besides. See {@code docs/reference/settings.md}.
 */
@ConfigMapping(prefix = "millrace")
public interface ClientSettings {
  Kafka kafka();

  Registry registry();

  Redis redis();

  Artifacts artifacts();

  /** The broker. */
  interface Kafka {
    /** A file of client properties, as Kafka's own tools take it; what is set below kafka wins. */
    Optional<Path> config();
  }

  /** The schema registry. */
  interface Registry {
    @WithDefault("http://localhost:8080")
    URI url();

    /** Sent as {@code Authorization: Bearer}. */
    Optional<String> token();

    /** Holds the token; read anew for each request, as tokens are replaced. */
    Optional<Path> tokenFile();

    Login login();

    Trust trust();
  }

  /** The online store. */
  interface Redis {
    /** {@code rediss://} for TLS. */
    @WithDefault("redis://localhost:6379")
    URI url();

    Login login();

    Trust trust();
  }

  /** A user and a password. */
  interface Login {
    Optional<String> username();

    Optional<String> password();

    /** Holds the password. */
    Optional<Path> passwordFile();
  }

  /** Whom to trust; whom the JVM trusts when left out. */
  interface Trust {
    /** Certificates as PEM, or a PKCS12 or JKS store. */
    Optional<Path> store();

    Optional<String> password();

    /** Holds the store's password. */
    Optional<Path> passwordFile();
  }

  /** Where files lie. */
  interface Artifacts {
    @WithDefault("file:///tmp/millrace/artifacts")
    URI root();
  }
}
