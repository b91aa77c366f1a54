package io.millrace.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The system of {@code deploy/compose} on the engine that is here, with nothing kept from before.
 */
final class ComposedMillrace implements AutoCloseable {
  private static final Path ROOT = Installation.find().root();
  private static final String PROJECT = "millrace-kt";
  private static final List<List<String>> COMPOSE =
      List.of(List.of("docker", "compose"), List.of("podman-compose"));
  private static final String SERVICE_LABEL = "com.docker.compose.service";
  private static final String PROJECT_LABEL = "com.docker.compose.project";
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Engine engine = Engine.withImages();
  private final DockerClient client = engine.client();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final List<String> compose;

  /**
   * Loads the images.
   *
   * @param override a further compose file
   */
  ComposedMillrace(Path override) throws Exception {
    this.compose = new ArrayList<>(speaker());
    compose.addAll(List.of("-p", PROJECT, "-f", "compose.yaml", "-f", override.toString()));
  }

  private static List<String> speaker() throws Exception {
    for (List<String> command : COMPOSE) {
      List<String> version = Stream.concat(command.stream(), Stream.of("version")).toList();
      try {
        if (new ProcessBuilder(version)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0) {
          return command;
        }
      } catch (IOException e) {
        // it is not here
      }
    }
    throw new AssertionError("none of these is here: " + COMPOSE);
  }

  private void compose(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(compose);
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("compose", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(ROOT.resolve("deploy/compose").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean hasEnded = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(hasEnded).as(String.join(" ", command)).isTrue();
    assertThat(process.exitValue())
        .as("%s%n%s", String.join(" ", command), Files.readString(log))
        .isZero();
  }

  /** Starts all, and waits until all services say that they are ready. */
  void up() throws Exception {
    compose("down", "-v");
    compose("up", "-d");
    for (Service service : Service.values()) {
      await(service + " is ready", () -> status(url(service, "/q/health/ready")) == 200);
    }
  }

  static URI url(Service service, String path) {
    return URI.create("http://localhost:" + service.port() + path);
  }

  HttpResponse<String> send(URI uri, Optional<String> body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    body.ifPresent(
        text ->
            request
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text)));
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  String get(URI uri) throws Exception {
    HttpResponse<String> answer = send(uri, Optional.empty());
    assertThat(answer.statusCode()).as("%s: %s", uri, answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** 0 where nobody answers. */
  int status(URI uri) throws Exception {
    try {
      return send(uri, Optional.empty()).statusCode();
    } catch (ConnectException e) {
      return 0;
    } catch (IOException e) {
      return 0; // it was being stopped
    }
  }

  /** The container of a service of the compose file. */
  String container(String service) {
    List<Container> found =
        client
            .listContainersCmd()
            .withShowAll(true)
            .withLabelFilter(Map.of(PROJECT_LABEL, PROJECT, SERVICE_LABEL, service))
            .exec();
    assertThat(found).as(service).hasSize(1);
    return found.getFirst().getId();
  }

  InspectContainerResponse inspect(String service) {
    return client.inspectContainerCmd(container(service)).exec();
  }

  /** With SIGKILL, and up again. */
  void kill(String service) throws Exception {
    String container = container(service);
    client.killContainerCmd(container).withSignal("KILL").exec();
    startAgain(container);
  }

  /** An engine may start it by itself, or not as it was stopped by hand. */
  private void startAgain(String container) throws Exception {
    Thread.sleep(2000);
    if (!isRunning(container)) {
      client.startContainerCmd(container).exec();
    }
  }

  boolean isRunning(String container) {
    return Boolean.TRUE.equals(
        client.inspectContainerCmd(container).exec().getState().getRunning());
  }

  /** Stands still for a while; everyone else sees a peer that does not answer. */
  void pause(String service, Duration duration) throws Exception {
    String container = container(service);
    client.pauseContainerCmd(container).exec();
    Thread.sleep(duration.toMillis());
    client.unpauseContainerCmd(container).exec();
  }

  /** Runs, but reaches nobody for a while; comes back under another address. */
  void cutOff(String service, Duration duration) throws Exception {
    String container = container(service);
    String network =
        client
            .inspectContainerCmd(container)
            .exec()
            .getNetworkSettings()
            .getNetworks()
            .keySet()
            .iterator()
            .next();
    client
        .disconnectFromNetworkCmd()
        .withContainerId(container)
        .withNetworkId(network)
        .withForce(true)
        .exec();
    Thread.sleep(duration.toMillis());
    client
        .connectToNetworkCmd()
        .withContainerId(container)
        .withNetworkId(network)
        .withContainerNetwork(new ContainerNetwork().withAliases(service))
        .exec();
  }

  /** Everything that a service has said. */
  String log(String service) throws InterruptedException {
    return engine.log(container(service));
  }

  /** Stops it as an orchestrator does: SIGTERM, and SIGKILL when its grace period is over. */
  void stop(String service, Duration grace) {
    client.stopContainerCmd(container(service)).withTimeout((int) grace.toSeconds()).exec();
  }

  /** Runs a command of the tool's image beside the services, with the settings that they have. */
  Engine.Ended tool(String... command) throws Exception {
    InspectContainerResponse like = inspect("ingest");
    List<String> settings =
        Stream.of(Objects.requireNonNull(like.getConfig().getEnv()))
            .filter(setting -> setting.matches("(KAFKA|MILLRACE)_.*"))
            .toList();
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.add("--against");
    arguments.add(
        String.join(
            ",",
            Arrays.stream(Service.values())
                .map(s -> "%s=http://%1$s:%d".formatted(s.serviceName(), s.port()))
                .toList()));
    HostConfig host =
        new HostConfig()
            .withNetworkMode(like.getNetworkSettings().getNetworks().keySet().iterator().next())
            .withReadonlyRootfs(true)
            .withBinds(
                Bind.parse(
                    ROOT.resolve("deploy/compose/s3-secret") + ":/etc/millrace/s3-secret:ro"),
                Bind.parse(ROOT.resolve("examples") + ":/examples:ro"));
    return engine.run(
        engine.create("cli").withEnv(settings).withHostConfig(host).withCmd(arguments));
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!condition.holds()) {
      assertThat(Instant.now()).as(what).isBefore(giveUp);
      Thread.sleep(300);
    }
  }

  @Override
  public void close() throws Exception {
    http.close();
    compose("down", "-v");
  }
}
