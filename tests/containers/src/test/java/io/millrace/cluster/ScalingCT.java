package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.ROLLED;
import static io.millrace.cluster.LocalRelease.TOOL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One service has three replicas for a while, under load; what is predicted shows the pauses. */
@Tag("cluster")
@Tag("full")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ScalingCT {
  private static final Map<String, Integer> PORTS = Map.of("validator", 8082, "transformer", 6566);
  private static final int SECONDS = 400;

  /** What a service that is scaled down may keep waiting. */
  private static final long PAUSE_MILLIS = 10_000;

  private static final long STEADY_MILLIS = 40_000;

  private static LocalRelease release;
  private static Kubectl kubectl;
  private static TestPods pods;
  private static LocalDate day = LocalDate.of(2001, 1, 5);

  @BeforeAll
  static void deploy() throws Exception {
    release = new LocalRelease("millrace-ct-scaling");
    kubectl = release.kubectl();
    release.apply("");
    pods = new TestPods(kubectl, List.of(Pauses.class));
    release.tool().run("replay", "examples/flights", "--to", day.toString());
    release.tool().run("run", "flights");
  }

  @AfterAll
  static void end() throws Exception {
    if (release != null) {
      release.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"validator", "transformer"})
  void shouldLoseNothingAndPauseBrieflyFromOneReplicaToThreeAndBack(String service)
      throws Exception {
    LocalDate from = day;
    day = day.plusDays(4);
    CompletableFuture<String> load = release.tool().replay(from, day, "720x"); // for eight minutes
    long before = release.count("vectors");
    Kubectl.await("events flow", ROLLED, () -> release.count("vectors") > before + 1000);
    List<String> watch =
        List.of("broker:9092", "millrace.flights.predictions", String.valueOf(SECONDS));
    pods.start("watches-" + service, TOOL, Pauses.class, watch);
    Kubectl.await("it watches", ROLLED, () -> pods.log("watches-" + service).contains("records"));

    Span one = steady(service);
    long up = System.currentTimeMillis();
    release.scale(service, 3);
    Thread.sleep(STEADY_MILLIS); // what is new is compiled meanwhile
    Span three = steady(service);
    long down = System.currentTimeMillis();
    release.scale(service, 1);
    Span after = steady(service);
    assertThat(load).as("under load to the end").isNotDone();
    assertThat(pods.isRunning("watches-" + service)).as("watched to the end").isTrue();
    String log = pods.end("watches-" + service);
    load.get();

    System.out.printf(
        "%s: longest pause of predictions %d ms at one, %d ms from one to three, %d ms from three"
            + " to one; CPU per event %.0f µs at one, %.0f µs at three%n",
        service,
        longest(log, one.from(), one.to()),
        longest(log, up, three.to()),
        longest(log, down, after.to()),
        one.microsPerEvent(log),
        three.microsPerEvent(log));
    JsonNode numbers = release.tool().requireExact("flights");
    assertThat(numbers.at("/counts/vectors").asLong()).isGreaterThan(60_000);
    assertThat(release.count("incomplete")).isZero();
    assertThat(longest(log, down, after.to())).isLessThan(PAUSE_MILLIS);
  }

  /** A time during which nothing changes, and the processor time of all replicas in it. */
  private record Span(long from, long to, double cpuSeconds) {
    double microsPerEvent(String log) {
      return cpuSeconds * 1e6 / (records(log, to) - records(log, from));
    }
  }

  private static Span steady(String service) throws Exception {
    long from = System.currentTimeMillis();
    double before = cpuSeconds(service);
    Thread.sleep(STEADY_MILLIS);
    return new Span(from, System.currentTimeMillis(), cpuSeconds(service) - before);
  }

  private static double cpuSeconds(String service) throws Exception {
    double seconds = 0;
    for (JsonNode pod : release.podsOf(service)) {
      String metrics =
          kubectl.run(
              "get",
              "--raw",
              "/api/v1/namespaces/%s/pods/%s:%d/proxy/q/metrics"
                  .formatted(
                      kubectl.namespace(), pod.at("/metadata/name").asText(), PORTS.get(service)));
      seconds +=
          metrics
                  .lines()
                  .filter(line -> line.startsWith("process_cpu_time_ns_total"))
                  .mapToDouble(
                      line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                  .findFirst()
                  .orElseThrow()
              / 1e9;
    }
    return seconds;
  }

  /** How many there were until then. */
  private static long records(String log, long millis) {
    return log.lines()
        .map(line -> line.split(" "))
        .filter(parts -> parts[0].equals("records") && Long.parseLong(parts[2]) <= millis)
        .mapToLong(parts -> Long.parseLong(parts[1]))
        .max()
        .orElse(0);
  }

  /** Of those that end between two times. */
  private static long longest(String log, long from, long to) {
    return log.lines()
        .map(line -> line.split(" "))
        .filter(parts -> parts[0].equals("pause"))
        .filter(parts -> Long.parseLong(parts[3]) >= from && Long.parseLong(parts[3]) <= to)
        .mapToLong(parts -> Long.parseLong(parts[3]) - Long.parseLong(parts[2]))
        .max()
        .orElse(0);
  }
}
