package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.LocalSystem;
import io.millrace.local.Options;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import io.millrace.local.process.Launch;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.system.Component;
import io.millrace.local.system.Components;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release without a prefix and one with it, on one broker and one registry, each with a pipeline
 * of the same name.
 */
final class TwoReleasesST {
  private static final int PORT_BASE = 24_000;
  private static final String PREFIX = "other";

  /** Which of the instances of a service is of the release with the prefix. */
  private static final int OTHER = 2;

  @TempDir static Path folder;

  private static RunningMillrace millrace;
  private static final List<ServiceProcess> OTHERS = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    Options two =
        Options.infrastructureOnly()
            .withJvm("-XX:TieredStopAtLevel=1")
            .withInstances(Service.INGEST, 1)
            .withInstances(Service.VALIDATOR, 1);
    millrace = new RunningMillrace(LocalSystem.start(folder, PORT_BASE, two));
    for (Service service : List.of(Service.INGEST, Service.VALIDATOR)) {
      OTHERS.add(startOther(service));
    }
    for (Service service : List.of(Service.INGEST, Service.VALIDATOR)) {
      RunningMillrace.await(
          "the other " + service + " is ready", () -> isReady(url(service, OTHER)));
    }
  }

  @AfterAll
  static void stop() {
    OTHERS.forEach(other -> other.stop(Duration.ofSeconds(30)));
    millrace.close();
  }

  private static ServiceProcess startOther(Service service) {
    Home home = new Home(folder);
    Ports ports = new Ports(PORT_BASE);
    Component component =
        new Components(Installation.find(), home, ports, SystemClients.of(home, ports), 0)
            .service(service, OTHER);
    component.preparation().prepare();
    Launch launch = component.launch();
    List<String> command = new ArrayList<>(List.of("env", "MILLRACE_PREFIX=" + PREFIX));
    command.addAll(launch.command());
    return new Launch(
            launch.name(),
            launch.port(),
            command,
            launch.folder(),
            folder.resolve(service + ".log"))
        .start(List.of("-XX:TieredStopAtLevel=1"));
  }

  private static URI url(Service service, int instance) {
    return URI.create("http://localhost:" + new Ports(PORT_BASE).service(service, instance));
  }

  private static boolean isReady(URI service) {
    try {
      return millrace.send("GET", service.resolve("/q/health/ready"), "text/plain", "").statusCode()
          == 200;
    } catch (Exception e) {
      return false; // not yet
    }
  }

  @Test
  void shouldSeeOnlyWhatIsTheirOwn() throws Exception {
    String flights = Files.readString(RunningMillrace.FLIGHTS.resolve("pipeline.yaml"));
    apply(1, "flights", flights);
    apply(OTHER, "flights", flights);
    apply(OTHER, "flights2", flights.replace("{name: flights}", "{name: flights2}"));
    post(1, 3);
    post(OTHER, 5);

    RunningMillrace.await("each has its own", () -> examples(1) == 3 && examples(OTHER) == 5);
    RunningMillrace.await("both pipelines run", () -> pipelines(OTHER).size() == 2);
    RunningMillrace.await("both have a group", () -> groups().contains("other-validator-flights2"));
    assertThat(pipelines(1)).containsExactly("flights");
    assertThat(pipelines(OTHER)).containsExactlyInAnyOrder("flights", "flights2");
    assertThat(millrace.counts("validator", "flights").path("duplicates").asLong()).isZero();
    try (Admin admin = millrace.system.kafka().admin()) {
      Set<String> topics = admin.listTopics().names().get();
      assertThat(topics)
          .contains("millrace.flights.departures", "other.flights.departures")
          .contains("millrace.pipelines", "other.pipelines", "other.flights2.examples")
          .contains("millrace-validator-flights-by-id-repartition")
          .contains("other-validator-flights-by-id-repartition")
          .doesNotContain("millrace.flights2.examples")
          .allMatch(topic -> topic.matches("(millrace|other)[.-].*"));
      assertThat(groups())
          .contains("millrace-validator-flights", "other-validator-flights")
          .contains("other-validator-flights2")
          .doesNotContain("millrace-validator-flights2");
    }
    assertStatus(Map.of(), 1, Map.of("flights", 3));
    assertStatus(Map.of("MILLRACE_PREFIX", PREFIX), OTHER, Map.of("flights", 5, "flights2", 0));
  }

  private static void assertStatus(
      Map<String, String> environment, int instance, Map<String, Integer> examples)
      throws Exception {
    Ports ports = new Ports(PORT_BASE);
    Map<String, String> all = new HashMap<>(environment);
    all.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:" + ports.broker());
    all.put("MILLRACE_REGISTRY_URL", "http://localhost:" + ports.registry());
    String against =
        "ingest=%s,validator=%s"
            .formatted(url(Service.INGEST, instance), url(Service.VALIDATOR, instance));
    try (Cli status = Cli.start(all, "status", "--json", "--against", against)) {
      assertThat(status.awaitEnd()).as(String.join("\n", status.lines())).isZero();
      String lines = String.join("\n", status.lines());
      JsonNode told = RunningMillrace.JSON.readTree(lines.substring(lines.indexOf("{\n")));
      Map<String, Integer> found = new HashMap<>();
      told.path("pipelines")
          .forEach(
              pipeline -> {
                found.put(
                    pipeline.path("pipeline").asText(),
                    pipeline.path("validator").path("examples").asInt());
                String prefix = environment.getOrDefault("MILLRACE_PREFIX", "millrace");
                pipeline
                    .path("lag")
                    .fieldNames()
                    .forEachRemaining(group -> assertThat(group).startsWith(prefix + "-"));
              });
      assertThat(found).as(lines).isEqualTo(examples);
    }
  }

  private static void apply(int instance, String pipeline, String file) throws Exception {
    assertThat(
            millrace
                .send(
                    "PUT",
                    url(Service.INGEST, instance).resolve("/v1/pipelines/" + pipeline),
                    "application/yaml",
                    file)
                .statusCode())
        .isBetween(200, 299);
  }

  private static void post(int instance, int count) throws Exception {
    for (int id = 1; id <= count; id++) {
      assertThat(
              millrace
                  .send(
                      "POST",
                      url(Service.INGEST, instance)
                          .resolve("/v1/pipelines/flights/streams/departures"),
                      "application/json",
                      """
                      {"flight_id": %d, "departure": "2001-01-01T10:00:00Z", "origin": "JFK",
                       "destination": "LAX", "distance_miles": 2475}
                      """
                          .formatted(id))
                  .statusCode())
          .isBetween(200, 299);
    }
  }

  private static long examples(int instance) throws Exception {
    return millrace
        .get(url(Service.VALIDATOR, instance).resolve("/v1/pipelines/flights"))
        .path("counts")
        .path("examples")
        .asLong();
  }

  private static Set<String> groups() throws Exception {
    try (Admin admin = millrace.system.kafka().admin()) {
      return admin.listGroups().all().get().stream()
          .map(GroupListing::groupId)
          .collect(Collectors.toSet());
    }
  }

  private static List<String> pipelines(int instance) throws Exception {
    List<String> names = new ArrayList<>();
    millrace
        .get(url(Service.VALIDATOR, instance).resolve("/v1/pipelines"))
        .path("pipelines")
        .forEach(pipeline -> names.add(pipeline.path("pipeline").asText()));
    return names;
  }
}
