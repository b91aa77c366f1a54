package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The file for docker compose, as the images want it. */
class ComposeTest {
  private static final Path FOLDER = Installation.find().root().resolve("deploy/compose");

  /** What closing the clients of Kafka may take. */
  private static final Duration STOP = Duration.ofSeconds(20);

  private static Map<String, Map<String, Object>> services;

  @BeforeAll
  static void read() throws Exception {
    try (Reader file = Files.newBufferedReader(FOLDER.resolve("compose.yaml"))) {
      Map<String, Map<String, Map<String, Object>>> all = new Yaml().load(file);
      services = all.get("services");
    }
  }

  @Test
  void shouldHaveEveryServiceAtItsUsualPort() {
    for (Service service : Service.values()) {
      assertThat(of(service).get("ports"))
          .as(service.serviceName())
          .isEqualTo(List.of("127.0.0.1:%1$d:%1$d".formatted(service.port())));
    }
  }

  @Test
  void shouldTellEveryServiceWhereItsNeighboursAre() {
    for (Service service : Service.values()) {
      assertThat(of(service).get("environment"))
          .asInstanceOf(MAP)
          .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "broker:9092")
          .containsEntry("MILLRACE_REGISTRY_URL", "http://registry:8080")
          .containsEntry("MILLRACE_REDIS_URL", "redis://redis:6379")
          .containsEntry("MILLRACE_ARTIFACTS_ROOT", "s3://millrace");
    }
  }

  @Test
  void shouldLeaveEveryServiceTheTimeToDrainAndToStop() {
    for (Service service : Service.values()) {
      String grace = "PT" + of(service).get("stop_grace_period");
      Map<?, ?> environment = (Map<?, ?>) of(service).get("environment");
      Duration drain = Duration.parse(String.valueOf(environment.get("MILLRACE_DRAIN_AT_MOST")));
      assertThat(drain).isPositive();
      assertThat(Duration.parse(grace).minus(drain)).isGreaterThanOrEqualTo(STOP);
    }
  }

  @Test
  void shouldRunEachImageWithAReadOnlyRootAndAFolderThatOutlivesIt() {
    List<String> ours = new ArrayList<>(NeighbourImages.NAMES);
    Arrays.stream(Service.values()).map(Service::serviceName).forEach(ours::add);
    for (String name : ours) {
      Map<String, Object> service = services.get(name);
      assertThat(service).as(name).containsEntry("read_only", true).containsKey("mem_limit");
      assertThat(service.get("cap_drop")).as(name).isEqualTo(List.of("ALL"));
      assertThat(String.valueOf(service.get("image"))).contains("/" + name + ":");
      assertThat(String.valueOf(service.get("volumes"))).contains(name + ":" + Application.DATA);
    }
  }

  @Test
  void shouldMountTheSettingsThatNeighboursRead() throws Exception {
    for (String name : List.of(NeighbourImages.BROKER, NeighbourImages.S3)) {
      assertThat(String.valueOf(services.get(name).get("volumes")))
          .contains(
              "./%1$s.properties:%2$s/%1$s.properties:ro"
                  .formatted(name, NeighbourImages.SETTINGS));
      assertThat(FOLDER.resolve(name + ".properties")).content().contains(Application.DATA);
    }
  }

  private static Map<String, Object> of(Service service) {
    return services.get(service.serviceName());
  }
}
