package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.fixtures.SmallDisk;
import io.millrace.local.machine.Disk;
import io.millrace.local.reconcile.Reconciliation;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk fills up in the midst of a replay, to its last byte, and is emptied again. */
@Tag("full")
@Tag("mount")
class DiskFullST {
  private static final String UNTIL = "2001-01-02T12:00:00Z";
  private static final long MIB = 1 << 20;
  private static final Disk.Needs NEEDS = new Disk.Needs(400 * MIB, 200 * MIB);

  /** Half of it in memory at most, as the ballast is deleted soon. */
  private static final String SIZE = "900m";

  @TempDir Path folder;
  private Path home;
  private SmallDisk disk;

  @BeforeEach
  void mount() throws Exception {
    home = Files.createDirectory(folder.resolve("home"));
    disk = SmallDisk.at(home, SIZE);
  }

  @AfterEach
  void unmount() throws Exception {
    disk.close();
  }

  @Test
  void shouldTakeNoEventsWhileTheDiskIsFullAndGoOnByItselfWhenThereIsRoom() throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(home, 8_000, RunningMillrace.featuresOnly().withDisk(NEEDS))) {
      List<String> said = new CopyOnWriteArrayList<>();
      millrace.system.supervise(
          line -> {
            System.out.println(line);
            said.add(line);
          });
      millrace.run("apply", RunningMillrace.FLIGHTS.toString());
      CompletableFuture<Void> replay =
          CompletableFuture.runAsync(
              () ->
                  millrace.run(
                      "replay",
                      RunningMillrace.FLIGHTS.toString(),
                      "--to",
                      UNTIL,
                      "--max-lag",
                      "500"),
              task -> Thread.ofPlatform().daemon().name("replay").start(task));
      RunningMillrace.await(
          "events flow",
          () -> millrace.counts("transformer", "flights").path("vectors").asLong() > 0);

      // When the disk fills up
      disk.fill();
      RunningMillrace.await(
          "events are refused as there is no room",
          () -> {
            HttpResponse<String> answer = post(millrace);
            return answer.statusCode() == 503 && answer.body().contains("STORAGE_LOW");
          });
      RunningMillrace.await(
          "it is said", () -> said.stream().anyMatch(line -> line.contains("is full")));

      // Then
      assertThat(said)
          .anyMatch(line -> line.contains(home.toString()) && line.contains("0.20 GiB wanted"));
      assertThat(replay).isNotDone();

      // When there is room again
      disk.empty();

      // Then
      RunningMillrace.await("events are taken", () -> post(millrace).statusCode() == 200);
      replay.join();
      millrace.awaitParts("flights");
      Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
      System.out.println(numbers.report());
      assertThat(numbers.isExact()).as(numbers.report()).isTrue();
      assertThat(numbers.count("vectors")).isPositive();
      assertThat(millrace.system.failed()).isEmpty();
      millrace.run("status");
    }
  }

  private static HttpResponse<String> post(RunningMillrace millrace) throws Exception {
    URI arrivals = millrace.system.url("ingest").resolve("/v1/pipelines/flights/streams/arrivals");
    return millrace.send(
        "POST",
        arrivals,
        "application/json",
        "{\"flight_id\": -1, \"arrival\": \"2001-01-01T00:00:00Z\", \"delay_minutes\": 0}");
  }
}
