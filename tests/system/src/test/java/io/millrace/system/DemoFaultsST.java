package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.demo.DemoReport;
import io.millrace.local.demo.DemoRun;
import io.millrace.local.machine.Service;
import io.millrace.local.running.RunningSystem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The demo's story on a short slice, while processes are killed under load: every count is as if
 * none was, and one decay leads to one run.
 */
@Killed
class DemoFaultsST {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  /** Somebody was asked while serving was away. */
  private static final String ONLINE = "failed online answers";

  @TempDir Path folder;

  private final RunningMillrace millrace;
  private String pipeline = "";

  DemoFaultsST(RunningMillrace killed) {
    millrace = killed;
  }

  @AfterEach
  void delete() throws Exception {
    millrace.delete(pipeline);
  }

  @ParameterizedTest
  @ValueSource(longs = 11)
  void shouldCloseTheLoopOnceWhenEveryServiceAndTheBrokerAreKilled(long seed) throws Exception {
    List<String> services =
        new ArrayList<>(Arrays.stream(Service.values()).map(Service::serviceName).toList());
    Collections.shuffle(services, new Random(seed));
    List<String> late = new ArrayList<>(services.subList(3, services.size()));
    late.addFirst("broker");
    play(seed, services.subList(0, 3), late);
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(longs = 12)
  void shouldCloseTheLoopOnceWhenOnlyTheBrokerIsKilled(long seed) throws Exception {
    play(seed, List.of(), List.of("broker"));
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(longs = 13)
  void shouldCloseTheLoopOnceWhenRedisIsWiped(long seed) throws Exception {
    play(seed, List.of(), List.of("redis"));
  }

  /**
   * @param early are killed while the first model is made
   * @param late are killed from the decay's request on, the last of them maybe behind its run
   */
  private void play(long seed, List<String> early, List<String> late) throws Exception {
    Random random = new Random(seed);
    pipeline = "orders" + seed;
    PrintWriter out = new PrintWriter(System.out, true);
    DemoRun demo =
        new DemoRun(
            () -> RunningSystem.require(millrace.system.home()), Orders.in(folder, pipeline), out);
    CompletableFuture<DemoReport> played =
        CompletableFuture.supplyAsync(
            () -> demo.play(false), task -> Thread.ofPlatform().daemon().name("demo").start(task));
    RunLog runs = new RunLog(millrace);
    while (!played.isDone() && runs.runs(pipeline).isEmpty()) {
      Thread.sleep(200);
    }
    kill(early, random);
    while (!played.isDone() && runs.runs(pipeline).size() < 2) {
      Thread.sleep(200);
    }
    if (played.isDone()) {
      assertThat(runs.runs(pipeline)).as("%s", played.join().failures()).hasSizeGreaterThan(1);
    }
    kill(late, random);
    DemoReport report = played.join();
    System.out.println("seed " + seed);
    report.lines().forEach(System.out::println);
    List<String> failures =
        report.failures().stream().filter(failure -> !failure.startsWith(ONLINE)).toList();
    assertThat(failures).as("seed %d: %s", seed, failures).isEmpty();
  }

  private void kill(List<String> victims, Random random) throws Exception {
    for (String victim : victims) {
      Thread.sleep(random.nextInt((int) LONGEST_PAUSE.toMillis()));
      System.out.println("kill -9 " + victim);
      millrace.system.kill9(victim);
      if (victim.equals("redis")) {
        wipe(millrace.system.home().data("redis"));
      }
      millrace.system.restart(victim);
    }
  }

  private static void wipe(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
