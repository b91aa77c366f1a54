package io.millrace.containers;

import static io.millrace.containers.ComposedMillrace.await;
import static io.millrace.containers.ComposedMillrace.url;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.millrace.containers.Engine.Ended;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.fixtures.SmallDisk;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import io.millrace.local.running.PipelineLag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The loop closes once in containers on one network while they are killed, paused and cut off. */
@Tag("containers")
@Tag("mount")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LoopKT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration GRACE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  @TempDir
  static Path folder;

  private static @Nullable SmallDisk disk;

  @SuppressWarnings("NullAway.Init")
  private static ComposedMillrace millrace;

  @BeforeAll
  static void up() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    disk = SmallDisk.at(data, "300m,mode=1777");
    Path override =
        Files.writeString(
            folder.resolve("small-disk.yaml"),
            """
            services:
              transformer:
                volumes: ["%s:/var/lib/millrace"]
            """
                .formatted(data));
    millrace = new ComposedMillrace(override);
    millrace.up();
  }

  @AfterAll
  static void down() throws Exception {
    if (millrace != null) {
      millrace.close();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  @Order(1)
  void shouldTakeHalfOfTheMemoryOfTheContainerForTheHeap() throws Exception {
    for (Service service : Service.values()) {
      long limit = millrace.inspect(service.serviceName()).getHostConfig().getMemory();
      double heap =
          millrace
              .get(url(service, "/q/metrics"))
              .lines()
              .filter(line -> line.startsWith("jvm_memory_max_bytes{area=\"heap\""))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
              .filter(bytes -> bytes > 0)
              .sum();

      assertThat(heap / limit).as(service.serviceName()).isBetween(0.4, 0.5);
    }
  }

  @Test
  @Order(2)
  void shouldLoseAndDoubleNothingUnderFaults() throws Exception {
    CompletableFuture<Ended> replay = replay("2001-01-01T00:00:00Z", "2001-01-04T00:00:00Z");
    awaitVectors(1000, replay);
    millrace.pause("validator", Duration.ofSeconds(20));
    millrace.kill("transformer");
    requireNonNull(disk).fill();
    await(
        "transformer says that its disk is full",
        () -> millrace.log("transformer").contains("No space left on device"));
    requireNonNull(disk).empty();
    replay.get().requireSuccess();

    millrace.tool("run", "flights").requireSuccess();
    JsonNode before = reconcile();
    replay = replay("2001-01-04T00:00:00Z", "2001-01-05T00:00:00Z");
    awaitVectors(before.at("/counts/vectors").asLong() + 1000, replay);
    millrace.cutOff("serving", Duration.ofSeconds(15));
    millrace.kill("serving");
    millrace.kill("monitor");
    replay.get().requireSuccess();

    JsonNode after = reconcile();
    System.out.println(after.toPrettyString());
    assertThat(after.path("exact").asBoolean()).as(after.toPrettyString()).isTrue();
    assertThat(after.at("/counts/predictions").asLong())
        .isEqualTo(after.at("/counts/vectors").asLong() - before.at("/counts/vectors").asLong());
  }

  @Test
  @Order(3)
  void shouldEndWithinTheGracePeriodWithEveryRequestAnsweredAndEveryOffsetCommitted()
      throws Exception {
    Map<Service, CompletableFuture<KeptConnection.End>> asking = new LinkedHashMap<>();
    for (Service service : Service.values()) {
      asking.put(
          service,
          service == Service.SERVING
              ? KeptConnection.ask(
                  url(service, "/v2/models/flights/infer"), Optional.of(FlightRequest.V2))
              : KeptConnection.ask(url(service, "/scaling/lag"), Optional.empty()));
    }
    Thread.sleep(1000);

    // When
    CompletableFuture.allOf(
            Arrays.stream(Service.values())
                .map(
                    service ->
                        CompletableFuture.runAsync(
                            () -> millrace.stop(service.serviceName(), GRACE),
                            task -> Thread.ofPlatform().daemon().start(task)))
                .toArray(CompletableFuture[]::new))
        .get();

    // Then
    assertThat(lag()).isZero();
    for (Service service : Service.values()) {
      KeptConnection.End end = asking.get(service).get();
      assertThat(end.failure()).as("%s after %s", service, end.answered()).isEmpty();
      assertThat(end.answered()).as(service.serviceName()).isPositive();
      InspectContainerResponse.ContainerState state =
          millrace.inspect(service.serviceName()).getState();
      assertThat(state.getExitCodeLong()).as(service.serviceName()).isEqualTo(143);
      assertThat(state.getOOMKilled()).as(service.serviceName()).isFalse();
    }
  }

  private static long lag() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", "localhost:19092"))) {
      Path file = Installation.find().root().resolve("examples/flights/pipeline.yaml");
      return switch (PipelineFile.parse(Files.readString(file), "flights")) {
        case PipelineFile.Valid valid -> new PipelineLag(admin, valid.pipeline()).ofAll();
        case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
      };
    }
  }

  private static CompletableFuture<Ended> replay(String from, String to) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return millrace.tool("replay", "/examples/flights", "--from", from, "--to", to);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofPlatform().daemon().name("replay").start(task));
  }

  private static void awaitVectors(long atLeast, CompletableFuture<Ended> replay) throws Exception {
    await(
        atLeast + " vectors",
        () -> {
          if (replay.isDone()) {
            replay.get().requireSuccess();
          }
          var answer =
              millrace.send(url(Service.TRANSFORMER, "/v1/pipelines/flights"), Optional.empty());
          return JSON.readTree(answer.body()).at("/counts/vectors").asLong() >= atLeast;
        });
  }

  private static JsonNode reconcile() throws Exception {
    Ended ended = millrace.tool("reconcile", "flights", "--json");
    assertThat(List.of(0L, 3L)).as(ended.log()).contains(ended.exitCode());
    return JSON.readTree(ended.log().substring(ended.log().indexOf('{')));
  }
}
