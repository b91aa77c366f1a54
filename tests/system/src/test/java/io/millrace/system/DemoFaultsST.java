package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.Options;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The demo's story on a short slice, while processes are killed under load: every count is as if
 * none was, and one decay leads to one run.
 */
@Tag("full")
class DemoFaultsST {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  /** Somebody was asked while serving was away. */
  private static final String ONLINE = "failed online answers";

  @TempDir Path home;
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = 11)
  void shouldCloseTheLoopOnceWhenEveryServiceIsKilled(long seed) throws Exception {
    List<String> services =
        new ArrayList<>(Arrays.stream(Service.values()).map(Service::serviceName).toList());
    Collections.shuffle(services, new Random(seed));
    play(seed, services);
  }

  @ParameterizedTest
  @ValueSource(longs = 12)
  void shouldCloseTheLoopOnceWhenTheBrokerIsRestarted(long seed) throws Exception {
    play(seed, List.of("broker"));
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(longs = 13)
  void shouldCloseTheLoopOnceWhenRedisIsWiped(long seed) throws Exception {
    play(seed, List.of("redis"));
  }

  private void play(long seed, List<String> victims) throws Exception {
    Random random = new Random(seed);
    try (RunningMillrace millrace = new RunningMillrace(home, 16_000, Options.everything())) {
      PrintWriter out = new PrintWriter(System.out, true);
      DemoRun demo =
          new DemoRun(RunningSystem.require(millrace.system.home()), Orders.in(folder), out);
      CompletableFuture<DemoReport> played =
          CompletableFuture.supplyAsync(
              () -> demo.play(false),
              task -> Thread.ofPlatform().daemon().name("demo").start(task));
      RunLog runs = new RunLog(millrace);
      RunningMillrace.await(
          "a first run has begun", () -> played.isDone() || !runs.runs("orders").isEmpty());
      for (String victim : victims) {
        Thread.sleep(random.nextInt((int) LONGEST_PAUSE.toMillis()));
        System.out.println("kill -9 " + victim);
        millrace.system.kill9(victim);
        if (victim.equals("redis")) {
          wipe(millrace.system.home().data("redis"));
        }
        millrace.system.restart(victim);
      }
      DemoReport report = played.join();
      System.out.println("seed " + seed);
      report.lines().forEach(System.out::println);
      assertThat(report.failures().stream().filter(failure -> !failure.startsWith(ONLINE)))
          .as("seed %d", seed)
          .isEmpty();
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
