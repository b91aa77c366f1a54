package io.millrace.local.machine;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.clients.NamedNeighbours;
import io.millrace.messaging.clients.RegistryAccess;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Broker, registry, Redis and artifact store of a system: its own, or others that {@code
 * config/application.properties} of its home names. Those are reached by the settings that its
 * services have too (docs/reference/settings.md).
 */
public final class SystemClients {
  /** Above what a jar holds, below the environment; as Quarkus has it. */
  private static final int FILE_ORDINAL = 260;

  private static final String KAFKA = "kafka.bootstrap.servers";
  private static final String KAFKA_FILE = "millrace.kafka.config";
  private static final String REGISTRY = "millrace.registry.url";
  private static final String REDIS = "millrace.redis.url";
  private static final String ARTIFACTS = "millrace.artifacts.root";

  /** Nothing of it is started here. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(KAFKA, "", REGISTRY, "", REDIS, "", ARTIFACTS, "");

  private final Home home;
  private final Ports ports;
  private final Path file;
  private final Map<String, String> named;

  private SystemClients(Home home, Ports ports, Path file, Map<String, String> named) {
    this.home = home;
    this.ports = ports;
    this.file = file;
    this.named = Map.copyOf(named);
  }

  /**
   * As the file says now.
   *
   * @throws CommandFailedException when there is one that can't be read
   */
  public static SystemClients of(Home home, Ports ports) {
    Path file = home.settings();
    return new SystemClients(
        home, ports, file, Files.exists(file) ? source(file).getProperties() : Map.of());
  }

  /**
   * Of a system that runs elsewhere: broker and registry as the file, the environment and system
   * properties say.
   *
   * @throws CommandFailedException when one of them is not named
   */
  public static SystemClients elsewhere(Home home) {
    Path file = home.settings();
    SystemClients clients = new SystemClients(home, new Ports(0), file, ELSEWHERE);
    try {
      NamedNeighbours.require(clients.kafka(), List.of(REGISTRY), clients.config());
    } catch (ConfigValidationException e) {
      throw new CommandFailedException(
          "%s; in the environment, or as settings in %s"
              .formatted(e.getProblem(0).getMessage(), file),
          e);
    }
    return clients;
  }

  public boolean hasOwnBroker() {
    return !named.containsKey(KAFKA) && !named.containsKey(KAFKA_FILE);
  }

  public boolean hasOwnRegistry() {
    return !named.containsKey(REGISTRY);
  }

  public boolean hasOwnRedis() {
    return !named.containsKey(REDIS);
  }

  public boolean hasOwnArtifacts() {
    return !named.containsKey(ARTIFACTS);
  }

  /** Whether nothing is shared with anybody. */
  public boolean areAllOwn() {
    return hasOwnBroker() && hasOwnRegistry() && hasOwnRedis() && hasOwnArtifacts();
  }

  /** The settings by which a service finds the processes that are the system's own. */
  public Map<String, String> own() {
    Map<String, String> own = new LinkedHashMap<>();
    if (hasOwnBroker()) {
      own.put(KAFKA, "localhost:" + ports.broker());
    }
    if (hasOwnRegistry()) {
      own.put(REGISTRY, "http://localhost:" + ports.registry());
    }
    if (hasOwnRedis()) {
      own.put(REDIS, "redis://localhost:" + ports.redis());
    }
    return own;
  }

  /**
   * Makes the clients of the broker.
   *
   * @throws CommandFailedException when a file that a setting names can't be used
   */
  public KafkaClients kafka() {
    if (hasOwnBroker()) {
      return KafkaClients.at("localhost:" + ports.broker());
    }
    SmallRyeConfig config = config();
    return asSet(
        () -> KafkaClients.of(config.getConfigMapping(ClientSettings.class).kafka(), config));
  }

  /**
   * How the registry is reached.
   *
   * @throws CommandFailedException when a file that a setting names can't be used
   */
  public RegistryAccess registry() {
    return hasOwnRegistry()
        ? RegistryAccess.open(URI.create("http://localhost:" + ports.registry()))
        : asSet(
            () -> RegistryAccess.of(config().getConfigMapping(ClientSettings.class).registry()));
  }

  /**
   * The artifact store.
   *
   * @throws CommandFailedException when a file that a setting names can't be used
   */
  public ArtifactStore artifacts() {
    return hasOwnArtifacts()
        ? ArtifactStore.at(home.data("artifacts").toUri())
        : asSet(
            () -> ArtifactStore.of(config().getConfigMapping(ClientSettings.class).artifacts()));
  }

  /** A file that a setting names may be missing, or not be what it should. */
  private static <T> T asSet(Supplier<T> clients) {
    try {
      return clients.get();
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private SmallRyeConfig config() {
    SmallRyeConfigBuilder config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withMapping(ClientSettings.class)
            .withValidateUnknown(false)
            .withSources(new EnvConfigSource(System.getenv(), 300), new SysPropConfigSource());
    if (Files.exists(file)) {
      config.withSources(source(file));
    }
    return config.build();
  }

  private static ConfigSource source(Path file) {
    try {
      return new PropertiesConfigSource(file.toUri().toURL(), FILE_ORDINAL);
    } catch (IOException e) {
      throw new CommandFailedException(file + " can't be read: " + e.getMessage(), e);
    }
  }
}
