package io.millrace.local.running;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.machine.Disk;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import io.millrace.local.state.SystemState;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.clients.RegistryAccess;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.parts.PartFacts;
import io.millrace.messaging.parts.PartTaker;
import io.millrace.messaging.registry.ApicurioRegistry;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.WaitingRegistry;
import io.millrace.messaging.topics.TopicReader;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/**
 * A system that runs, of a folder here or elsewhere.
 *
 * @param home takes what commands write
 * @param addresses of the instances of its services
 * @param disk the one that it writes to, as far as it is here
 * @param notice is told in a line of what is waited for
 */
public record RunningSystem(
    Home home, Addresses addresses, SystemClients clients, Disk disk, Consumer<String> notice) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** It may be starting again at this moment, on a machine that is busy. */
  private static final Duration PATIENCE_WITH_REGISTRY = Duration.ofSeconds(30);

  /** Where the instances of a service answer. */
  public interface Addresses {
    List<URI> of(Service service);
  }

  /** The one of a folder; it waits in silence. */
  public static RunningSystem of(Home home, SystemState state) {
    return new RunningSystem(
        home,
        service -> instances(service, state),
        SystemClients.of(home, new Ports(state.portBase())),
        new Disk(home.folder(), state.leastDisk()),
        line -> {});
  }

  /**
   * One that was not started here.
   *
   * @throws CommandFailedException when its broker or its registry is not named
   */
  static RunningSystem elsewhere(Home home, Addresses addresses) {
    return new RunningSystem(
        home,
        addresses,
        SystemClients.elsewhere(home),
        new Disk(home.folder(), 0), // its own is somebody else's to watch
        line -> {});
  }

  /** The same for a command, whose user reads there what is waited for. */
  public RunningSystem noticing(PrintWriter err) {
    return new RunningSystem(
        home, addresses, clients, disk, line -> err.println("millrace: " + line));
  }

  /**
   * Finds it.
   *
   * @throws CommandFailedException when none runs there
   */
  public static RunningSystem require(Home home) {
    return SystemState.read(home)
        .filter(SystemState::isAlive)
        .map(state -> of(home, state))
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "no system runs in " + home.folder() + "; ./millrace up starts one"));
  }

  /** Makes the clients of its broker. */
  public KafkaClients kafka() {
    return clients.kafka();
  }

  /** What is announced of parts, and what is taken back. */
  void eachPart(PartTaker taker) {
    PartFacts facts = new PartFacts(schemas());
    new TopicReader(kafka(), PATIENCE)
        .readCommitted(ControlTopic.DATASETS.name(), record -> facts.read(record, taker));
  }

  /**
   * What a topic of the control plane holds; what is no fact is passed over, and so is what was
   * said of a pipeline before it was removed.
   */
  <T extends SpecificRecord> void eachFact(ControlTopic<T> topic, Consumer<T> action) {
    ControlReader<T> reader = new ControlReader<>(topic, schemas());
    Map<String, List<T>> facts = new LinkedHashMap<>();
    new TopicReader(kafka(), PATIENCE)
        .readCommitted(
            topic.name(),
            record ->
                reader.read(
                    record,
                    fact ->
                        facts
                            .computeIfAbsent(pipeline(record.key()), none -> new ArrayList<>())
                            .add(fact),
                    facts::remove));
    facts.values().forEach(each -> each.forEach(action));
  }

  private static String pipeline(byte[] key) {
    return ControlTopic.pipelineOf(key).orElse("");
  }

  /** The schemas of its registry, which is waited for when it is away. */
  public SchemaCache schemas() {
    RegistryAccess access = clients.registry();
    String wait =
        "waiting for the schema registry at %s, for %d s at most"
            .formatted(access.url(), PATIENCE_WITH_REGISTRY.toSeconds());
    return new SchemaCache(
        new WaitingRegistry(
            new ApicurioRegistry(access), PATIENCE_WITH_REGISTRY, () -> notice.accept(wait)));
  }

  public ApicurioRegistry registry() {
    return new ApicurioRegistry(clients.registry());
  }

  /** Has its parts and models. */
  public ArtifactStore artifacts() {
    return clients.artifacts();
  }

  /** Whether its broker is another's, of which its processes tell nothing. */
  public boolean hasOwnBroker() {
    return clients.hasOwnBroker();
  }

  /** Where the instances of a service answer that run. */
  public List<URI> instances(Service service) {
    return addresses.of(service);
  }

  private static List<URI> instances(Service service, SystemState state) {
    String first = service.serviceName();
    return state.processes().stream()
        .filter(process -> process.name().equals(first) || process.name().startsWith(first + "-"))
        .filter(process -> process.identity().find().isPresent())
        .map(process -> URI.create("http://localhost:" + process.port()))
        .toList();
  }
}
