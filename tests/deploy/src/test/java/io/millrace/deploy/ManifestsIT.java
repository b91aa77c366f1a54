package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.streams.StreamsSettings;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code deploy/k8s} makes, without a cluster. */
@Tag("kubectl")
@EnabledIf(value = "io.millrace.deploy.Kustomize#isHere", disabledReason = "there is no kubectl")
class ManifestsIT {
  private static final String LOCAL = "overlays/local";
  private static final String PRODUCTION = "overlays/production";
  private static final Map<String, Outside> OUTSIDE =
      Map.of(
          LOCAL,
          Outside.LOCAL,
          "tests/local-scaled",
          Outside.LOCAL,
          "tests/local-claims",
          Outside.LOCAL,
          "tests/renamed-local",
          Outside.LOCAL,
          PRODUCTION,
          Outside.PRODUCTION,
          "tests/renamed-production",
          Outside.PRODUCTION);
  private static final Map<String, Manifests> RENDERED = new HashMap<>();

  @BeforeAll
  static void render() throws IOException {
    for (String folder : OUTSIDE.keySet()) {
      RENDERED.put(folder, Kustomize.render(folder));
    }
  }

  static Set<String> folders() {
    return new TreeSet<>(OUTSIDE.keySet());
  }

  static List<String> renamed() {
    return List.of("tests/renamed-local", "tests/renamed-production");
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldBreakNoRule(String folder) {
    assertThat(Rule.all(RENDERED.get(folder), OUTSIDE.get(folder))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"strimzi", "keda", "hpa", "monitoring", "gpu"})
  void shouldDoWithoutAComponent(String left, @TempDir Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(Kustomize.FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(Kustomize.FOLDER.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    Path overlay = copy.resolve(PRODUCTION);
    Path file = overlay.resolve("kustomization.yaml");
    Files.write(
        file,
        Files.readAllLines(file).stream()
            .filter(line -> !line.contains("../../components/" + left))
            .toList());

    Manifests all = Kustomize.render(overlay);

    assertThat(Rule.all(all, Outside.PRODUCTION)).isEmpty();
  }

  @Test
  void shouldMakeAClusterOfStrimzisThatItsOperatorReads() throws IOException {
    Manifests kafka = Kustomize.render("kafka");

    assertThat(Rule.SCHEMA.violations(kafka, Outside.LOCAL)).isEmpty();
    assertThat(kafka.of("KafkaNodePool"))
        .extracting(pool -> pool.at("/metadata/labels/strimzi.io~1cluster").asText())
        .containsOnly(kafka.of("Kafka").findFirst().orElseThrow().name());
  }

  /** Each kustomization below the folder is one that is tried, or part of one. */
  @Test
  void shouldTryEveryFolder() throws IOException {
    String all = "";
    for (String folder : folders()) {
      all += Files.readString(Kustomize.FOLDER.resolve(folder).resolve("kustomization.yaml"));
    }
    try (Stream<Path> files = Files.walk(Kustomize.FOLDER)) {
      for (Path file : files.filter(f -> f.endsWith("kustomization.yaml")).toList()) {
        String folder = Kustomize.FOLDER.relativize(file.getParent()).toString();
        assertThat(OUTSIDE.containsKey(folder) || folder.equals("kafka") || all.contains(folder))
            .as(folder)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldRunEveryServiceAtItsPort(String folder) {
    for (Service service : Service.values()) {
      Manifest made =
          RENDERED
              .get(folder)
              .of("Service")
              .filter(s -> service.serviceName().equals(s.labels().get("app.kubernetes.io/name")))
              .findFirst()
              .orElseThrow();
      assertThat(made.at("/spec/ports/0/port").asInt())
          .as(service.serviceName())
          .isEqualTo(service.port());
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldTellEveryServiceWhereItsNeighboursAre(String folder) {
    Manifests all = RENDERED.get(folder);
    assertThat(all.workloads().filter(ManifestsIT::isService))
        .hasSize(Service.values().length)
        .allSatisfy(
            service ->
                assertThat(Settings.of(all, service))
                    .containsKeys(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        "MILLRACE_REGISTRY_URL",
                        "MILLRACE_REDIS_URL",
                        "MILLRACE_ARTIFACTS_ROOT"));
  }

  @ParameterizedTest
  @MethodSource("renamed")
  void shouldHardCodeNoNameAndNoNamespace(String folder) {
    Manifests all = RENDERED.get(folder);

    for (Manifest manifest : all.all()) {
      if (manifest.kind().equals("Namespace")) {
        assertThat(manifest.name()).isEqualTo("elsewhere");
      } else {
        assertThat(manifest.name()).startsWith("a-");
        assertThat(manifest.namespace()).as(manifest.toString()).isEqualTo("elsewhere");
      }
      assertThat(manifest.texts())
          .as(manifest.toString())
          .noneMatch(text -> text.contains("millrace.svc"));
    }
  }

  @ParameterizedTest
  @MethodSource("renamed")
  void shouldKeepTwoReleasesInOneNamespaceApart(String folder) {
    Manifests one = RENDERED.get(folder);
    Manifests other = RENDERED.get(folder.replace("tests/renamed-", "overlays/"));
    Manifests both = one.with(other);

    assertThat(Rule.SELECTED.violations(both, OUTSIDE.get(folder))).isEmpty();
    assertThat(one.all().stream().map(m -> m.kind() + m.name()))
        .doesNotContainAnyElementsOf(other.all().stream().map(m -> m.kind() + m.name()).toList());
    for (Manifest policy : one.of("NetworkPolicy").toList()) {
      Selector selector = Selector.of(policy.at("/spec/podSelector"));
      if (!selector.isEmpty()) {
        assertThat(both.selected(selector)).as(policy.toString()).isEqualTo(one.selected(selector));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void shouldSayTheVersionOfTheBuild(String folder) throws IOException {
    String pom = Files.readString(Installation.find().root().resolve("pom.xml"));

    assertThat(RENDERED.get(folder).workloads().filter(ManifestsIT::isService))
        .allSatisfy(
            service ->
                assertThat(pom)
                    .contains(
                        "<artifactId>millrace</artifactId>\n  <version>%s</version>"
                            .formatted(service.podLabels().get("app.kubernetes.io/version"))));
  }

  /** With a pod more where a roll-out makes one, and three of the two largest services. */
  @Test
  void shouldFitOneAndAHalfCores() {
    List<Integer> requests =
        RENDERED.get(LOCAL).workloads().map(ManifestsIT::milliCores).sorted().toList();
    int surges =
        RENDERED
            .get(LOCAL)
            .workloads()
            .filter(w -> w.at("/spec/strategy/rollingUpdate/maxSurge").asInt() > 0)
            .mapToInt(ManifestsIT::milliCores)
            .sum();
    int largest = requests.getLast() + requests.get(requests.size() - 2);

    assertThat(requests.stream().mapToInt(Integer::intValue).sum() + surges + 2 * largest)
        .isLessThanOrEqualTo(1500);
  }

  /** The sum of a pod's containers, or more where one that comes first wants more. */
  private static int milliCores(Manifest workload) {
    int sum = workload.containers().stream().mapToInt(ManifestsIT::milliCores).sum();
    int first =
        Manifest.list(workload.pod().path("initContainers")).stream()
            .mapToInt(ManifestsIT::milliCores)
            .max()
            .orElse(0);
    return workload.at("/spec/replicas").asInt(1) * Math.max(sum, first);
  }

  private static int milliCores(JsonNode container) {
    String cpu = container.at("/resources/requests/cpu").asText();
    return cpu.endsWith("m")
        ? Integer.parseInt(cpu.substring(0, cpu.length() - 1))
        : (int) (1000 * Double.parseDouble(cpu));
  }

  @Test
  void shouldMakeControlTopicsAsIngestDoes() {
    Manifests all = RENDERED.get(PRODUCTION);
    int partitions = Integer.parseInt(all.data("settings").get("MILLRACE_PARTITIONS"));

    assertThat(all.of("KafkaTopic"))
        .extracting(topic -> topic.at("/spec/topicName").asText())
        .containsExactlyInAnyOrderElementsOf(
            ControlTopic.ALL.stream().map(ControlTopic::name).toList());
    assertThat(all.of("KafkaTopic"))
        .allSatisfy(
            topic -> {
              assertThat(topic.at("/spec/partitions").asInt()).isEqualTo(partitions);
              assertThat(Manifest.strings(topic.at("/spec/config")))
                  .isEqualTo(
                      Map.of(
                          "cleanup.policy", "compact",
                          "message.timestamp.type", "LogAppendTime"));
            });
  }

  @Test
  void shouldHaveAUserOfTheBrokerForEachServiceAndTheTool() {
    assertThat(RENDERED.get(PRODUCTION).of("KafkaUser").map(Manifest::name))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Arrays.stream(Service.values()).map(Service::serviceName), Stream.of("cli"))
                .toList());
  }

  /** A replay writes into streams; the lag of all groups is asked for. */
  @Test
  void shouldLetTheToolWriteStreamsAndAskForAllGroupsAndLetIngestRemoveThem() {
    Manifest cli = RENDERED.get(PRODUCTION).get("KafkaUser", "cli");
    Manifest ingest = RENDERED.get(PRODUCTION).get("KafkaUser", "ingest");

    assertThat(Acls.mayWrite(cli, "millrace.flights.departures")).isTrue();
    assertThat(rights(cli, "group")).containsExactly("millrace- [\"Describe\"]");
    assertThat(rights(cli, "transactionalId")).isEmpty();
    assertThat(rights(cli, "topic")).contains("millrace- [\"Describe\"]");
    assertThat(rights(ingest, "group")).containsExactly("millrace- [\"Delete\",\"Describe\"]");
    assertThat(rights(ingest, "topic")).contains("millrace- [\"Delete\",\"Describe\"]");
  }

  private static List<String> rights(Manifest user, String type) {
    return Manifest.list(user.at("/spec/authorization/acls")).stream()
        .filter(acl -> acl.at("/resource/type").asText().equals(type))
        .map(acl -> acl.at("/resource/name").asText() + " " + acl.path("operations"))
        .toList();
  }

  /** The release that is called otherwise has another prefix too. */
  @Test
  void shouldBeginAllNamesInTheBrokerWithThePrefixOfTheRelease() {
    Manifests one = RENDERED.get(PRODUCTION);
    Manifests other = RENDERED.get("tests/renamed-production");

    assertThat(Acls.prefix(one)).isEqualTo("millrace");
    assertThat(Acls.prefix(other)).isEqualTo("other");
    assertThat(namesInTheBroker(other))
        .hasSizeGreaterThan(50)
        .isEqualTo(
            namesInTheBroker(one).stream()
                .map(name -> name.replaceFirst("^millrace(?=[.-])", "other"))
                .toList());
    assertThat(Rule.OF_ONE_PREFIX.violations(one.with(other), Outside.PRODUCTION)).isNotEmpty();
    assertThat(
            other
                .get("Deployment", "a-ingest")
                .at("/metadata/annotations/millrace.io~1tool-kafka-user")
                .asText())
        .isEqualTo("a-cli");
  }

  private static List<String> namesInTheBroker(Manifests all) {
    return all.of("KafkaTopic", "KafkaUser")
        .flatMap(
            manifest ->
                manifest.kind().equals("KafkaTopic")
                    ? Stream.of(manifest.at("/spec/topicName").asText())
                    : Manifest.list(manifest.at("/spec/authorization/acls")).stream()
                        .map(acl -> acl.at("/resource/name").asText()))
        .toList();
  }

  @Test
  void shouldLetEachServiceIntoGroupsOfItsOwnOnly() {
    for (Manifest user : RENDERED.get(PRODUCTION).of("KafkaUser").toList()) {
      if (user.name().equals("cli")) {
        continue; // it reads without a group
      }
      Set<String> prefixes =
          Manifest.list(user.at("/spec/authorization/acls")).stream()
              .filter(
                  acl ->
                      Set.of("group", "transactionalId")
                          .contains(acl.at("/resource/type").asText()))
              .filter(acl -> acl.path("operations").toString().matches(".*\"(Read|Write)\".*"))
              .map(acl -> acl.at("/resource/name").asText())
              .collect(Collectors.toSet());
      assertThat(prefixes)
          .as(user.name())
          .isNotEmpty()
          .allMatch(prefix -> prefix.matches("millrace-" + user.name() + "-?"));
    }
  }

  @Test
  void shouldKeepACopyOfTheStateOnAnotherInstance() {
    Manifests all = RENDERED.get(PRODUCTION);
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withMapping(ClientSettings.class)
            .withValidateUnknown(false)
            .withSources(new EnvConfigSource(all.data("settings"), 300), new SysPropConfigSource())
            .build();
    KafkaClients kafka =
        KafkaClients.of(config.getConfigMapping(ClientSettings.class).kafka(), config);

    assertThat(
            new StreamsSettings(kafka, "a", Path.of("/tmp"), 1, Duration.ofSeconds(1), 0, 32 << 20)
                .properties("application"))
        .containsEntry("num.standby.replicas", "1")
        .containsEntry("bootstrap.servers", "millrace-kafka-bootstrap:9093");
    assertThat(all.of("ScaledObject").filter(s -> !s.name().equals("trainer")))
        .allSatisfy(s -> assertThat(s.at("/spec/minReplicaCount").asInt()).isGreaterThan(1));
  }

  @Test
  void shouldNameAStorageClassAndSpreadOverZones() {
    Manifests all = RENDERED.get(PRODUCTION);

    assertThat(all.of("StatefulSet"))
        .hasSize(3)
        .allSatisfy(
            set ->
                assertThat(set.at("/spec/volumeClaimTemplates/0/spec/storageClassName").asText())
                    .isNotEmpty());
    assertThat(all.workloads().filter(w -> !w.name().equals("trainer")))
        .allSatisfy(
            workload ->
                assertThat(Manifest.list(workload.pod().path("topologySpreadConstraints")))
                    .anySatisfy(
                        spread -> {
                          assertThat(spread.path("topologyKey").asText())
                              .isEqualTo("topology.kubernetes.io/zone");
                          assertThat(spread.path("whenUnsatisfiable").asText())
                              // a volume may hold a stateful one in a zone that is full
                              .isEqualTo(
                                  workload.kind().equals("StatefulSet")
                                      ? "ScheduleAnyway"
                                      : "DoNotSchedule");
                        }));
    assertThat(
            all.get("Deployment", "trainer")
                .at("/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu")
                .asInt())
        .isEqualTo(1);
  }

  private static boolean isService(Manifest workload) {
    return "service".equals(workload.podLabels().get("app.kubernetes.io/component"));
  }
}
