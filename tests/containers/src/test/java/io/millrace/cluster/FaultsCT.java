package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.ROLLED;
import static io.millrace.cluster.LocalRelease.SERVICES;
import static io.millrace.cluster.LocalRelease.TOOL;
import static io.millrace.cluster.LocalRelease.since;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.containers.FlightRequest;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Everything that can go away goes away under load: pods, the node for a while, the neighbours. */
@Tag("cluster")
@Tag("full")
@Timeout(value = 40, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsCT {
  /** A day in two minutes: about 540 events a second. */
  private static final String SPEED = "720x";

  private static LocalRelease release;
  private static NodeVolumes volumes;
  private static Kubectl kubectl;
  private static Tool tool;
  private static TestPods pods;
  private static LocalDate day = LocalDate.of(2001, 1, 1);

  @BeforeAll
  static void deploy() throws Exception {
    release = new LocalRelease("millrace-ct-faults");
    kubectl = release.kubectl();
    tool = release.tool();
    volumes = new NodeVolumes();
    volumes.make(kubectl.namespace(), NodeVolumes.OF_A_RELEASE);
    volumes.make(kubectl.namespace(), List.of("data-validator-1"));
    release.apply(NodeVolumes.CLAIMS);
    pods = new TestPods(kubectl, List.of(Asker.class));
    replay(4, "max").get();
    tool.run("run", "flights");
  }

  @AfterAll
  static void end() throws Exception {
    try {
      if (release != null) {
        release.close();
      }
    } finally {
      if (volumes != null) {
        volumes.close();
      }
    }
  }

  /** The next days. */
  private static CompletableFuture<String> replay(int days, String speed) {
    LocalDate from = day;
    day = day.plusDays(days);
    return tool.replay(from, day, speed);
  }

  private static CompletableFuture<String> load(int days) throws Exception {
    long before = release.count("vectors");
    CompletableFuture<String> replay = replay(days, SPEED);
    Kubectl.await(
        "events flow", ROLLED, () -> replay.isDone() || release.count("vectors") > before + 1000);
    assertThat(replay).as("it goes on").isNotDone();
    return replay;
  }

  @Test
  @Order(1)
  void shouldLoseAndDoubleNothingWhileEachServiceIsRolled() throws Exception {
    CompletableFuture<String> load = load(3);
    pods.start(
        "asks-serving",
        TOOL,
        Asker.class,
        List.of("http://serving:8501/v2/models/flights/infer", FlightRequest.V2, "20", "300"));
    for (String service : SERVICES) {
      Instant begin = Instant.now();
      release.roll(service);
      System.out.printf("%s rolled in %d s%n", service, since(begin));
    }
    assertThat(load).as("under load to the end").isNotDone();
    load.get();

    requireExact();
    Map<String, Long> answers = LocalRelease.answers(pods.end("asks-serving"));
    System.out.println("each service rolled: " + answers);
    assertThat(answers.keySet()).containsExactlyInAnyOrder("kept.200", "own.200");
  }

  private static void requireExact() throws Exception {
    JsonNode numbers = tool.requireExact("flights");
    assertThat(numbers.at("/counts/vectors").asLong()).isGreaterThan(50_000);
  }

  @Test
  @Order(2)
  void shouldLoseAndDoubleNothingWhenEachPodIsDeletedByForce() throws Exception {
    CompletableFuture<String> load = load(5);
    List<String> all = new ArrayList<>(SERVICES);
    all.addAll(List.of("redis", "registry", "s3", "broker"));
    for (String name : all) {
      String pod = release.podsOf(name).at("/0/metadata/name").asText();
      Instant begin = Instant.now();
      kubectl.run("delete", "pod", pod, "--force", "--grace-period=0");
      release.awaitReady();
      System.out.printf("%s deleted by force: all ready after %d s%n", name, since(begin));
    }
    assertThat(load).as("under load to the end").isNotDone();
    load.get();

    requireExact();
    assertThat(release.restarts().values()).as("by liveness").containsOnly(0);
  }

  @Test
  @Order(3)
  void shouldDrainDownToTheBudgetsAndComeBack() throws Exception {
    for (String service : List.of("serving", "validator")) {
      release.scale(service, 2);
    }
    String node = release.podsOf("serving").at("/0/spec/nodeName").asText();
    CompletableFuture<String> load = load(1);
    Kubectl.Ended drain;
    List<String> evicted = new ArrayList<>();
    try {
      drain =
          kubectl.tryTo(
              "",
              "drain",
              node,
              "--pod-selector",
              "app.kubernetes.io/component=service,app.kubernetes.io/name in (serving,validator)",
              "--delete-emptydir-data",
              "--ignore-daemonsets",
              "--timeout=45s");
      for (String service : List.of("serving", "validator")) {
        long ready = 0;
        for (JsonNode pod : release.podsOf(service)) {
          ready += pod.at("/status/containerStatuses/0/ready").asBoolean() ? 1 : 0;
        }
        evicted.add(service + " " + ready);
      }
    } finally {
      kubectl.run("uncordon", node);
    }
    assertThat(drain.exitCode()).isNotZero();
    assertThat(drain.errors()).contains("violate the pod's disruption budget");
    assertThat(evicted).as("one of each is left").containsExactly("serving 1", "validator 1");
    release.awaitReady();
    load.get();

    requireExact();
    for (String service : List.of("serving", "validator")) {
      release.scale(service, 1);
    }
  }

  @Test
  @Order(4)
  void shouldFinishARunDuringWhichTheStoreIsAwayForAMinute() throws Exception {
    CompletableFuture<String> load = load(1);
    kubectl.run("scale", "statefulset/s3", "--replicas=0");
    Kubectl.await("no store", ROLLED, () -> release.podsOf("s3").isEmpty());
    CompletableFuture<String> run = tool.start("run", "flights");
    Thread.sleep(60_000);
    assertThat(run).as("it waits for the store").isNotDone();
    kubectl.run("scale", "statefulset/s3", "--replicas=1");
    release.awaitReady();
    System.out.println(run.get());
    load.get();

    requireExact();
    assertThat(release.restarts().values()).as("by liveness").containsOnly(0);
  }

  @Test
  @Order(5)
  void shouldLiveThroughThreeMinutesWithoutABroker() throws Exception {
    Map<String, String> before = identities();
    replay(1, "max").get();
    kubectl.run("scale", "statefulset/broker", "--replicas=0");
    Kubectl.await("no broker", ROLLED, () -> release.podsOf("broker").isEmpty());
    Thread.sleep(180_000);
    for (String service : SERVICES) {
      JsonNode pod = release.podsOf(service).path(0);
      assertThat(pod.at("/status/phase").asText()).as(service).isEqualTo("Running");
    }
    kubectl.run("scale", "statefulset/broker", "--replicas=1");
    Instant begin = Instant.now();
    release.awaitReady();
    System.out.printf("broker back: all ready after %d s%n", since(begin));
    replay(1, "max").get();

    requireExact();
    assertThat(identities()).as("the same pods").isEqualTo(before);
    assertThat(release.restarts().values()).as("by liveness").containsOnly(0);
  }

  private static Map<String, String> identities() throws Exception {
    Map<String, String> identities = new TreeMap<>();
    for (String service : SERVICES) {
      JsonNode pod = release.podsOf(service).path(0);
      identities.put(service, pod.at("/metadata/uid").asText());
    }
    return identities;
  }
}
