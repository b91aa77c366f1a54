package io.millrace.messaging.clients;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How every service reaches its neighbours, below {@code millrace}; whatever is set below {@code
 * kafka} goes to each client of Kafka besides. See {@code docs/reference/settings.md}.
 */
@ConfigMapping(prefix = "millrace")
public interface ClientSettings {
  Neighbours neighbours();

  Kafka kafka();

  Registry registry();

  Redis redis();

  Artifacts artifacts();

  /** All of them. */
  interface Neighbours {
    /**
     * Whether a service starts only when somebody has said where each is: on a machine of its own,
     * what is here by default is nowhere.
     */
    @WithDefault("false")
    boolean mustBeNamed();
  }

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

    /** How long a connection, a command or a read may take. */
    @WithDefault("PT1S")
    Duration timeout();

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
    /** {@code file:///folder}, or {@code s3://bucket/prefix}. */
    @WithDefault("file:///tmp/millrace/artifacts")
    URI root();

    S3 s3();
  }

  /** How a root of S3 is reached. Without a key of ours, by what AWS's own clients find. */
  interface S3 {
    /** That of AWS in the region when left out. */
    Optional<URI> endpoint();

    @WithDefault("${AWS_REGION:us-east-1}")
    String region();

    /** Whether a URL has the bucket in its path; where an endpoint is set, when left out. */
    Optional<Boolean> pathStyle();

    Optional<String> accessKeyId();

    /** Holds the id of the key; read anew for each request, as keys are replaced. */
    Optional<Path> accessKeyIdFile();

    Optional<String> secretAccessKey();

    /** Holds the secret; read anew for each request. */
    Optional<Path> secretAccessKeyFile();

    /** Of a key that is lent. */
    Optional<String> sessionToken();

    /** Holds that token; read anew for each request. */
    Optional<Path> sessionTokenFile();

    Trust trust();

    /** How long the endpoint may be silent before a request is sent again. */
    @WithDefault("PT10S")
    Duration timeout();

    /** Larger files are sent in parts of this size, of 5 MiB (S3's own bound) to 256 MiB. */
    @WithDefault("16777216")
    long partBytes();

    Cache cache();
  }

  /** Copies of objects on the local disk. */
  interface Cache {
    /** Processes may share it: each takes a folder of its own in it. */
    @WithDefault("${millrace.state.dir:${java.io.tmpdir}/millrace}/artifacts")
    Path dir();

    /** How much a process may keep there. */
    @WithDefault("10737418240")
    long bytes();
  }
}
