package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.Options;
import io.millrace.local.state.SystemState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pipelines cost that nothing comes to; see {@code docs/idle-cost.md}. */
@Tag("full")
final class IdleCostST {
  private static final List<Integer> COUNTS = List.of(1, 10, 30);
  private static final Duration SPAN = Duration.ofSeconds(60);
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

  /** Of one process; ticks of Linux are hundredths of a second. */
  private record Process(double cpuSeconds, long residentMegabytes, long threads) {
    static Process of(long pid) throws IOException {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      String status = Files.readString(Path.of("/proc/" + pid + "/status"));
      return new Process(
          (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0,
          number(RESIDENT, status) / 1024,
          number(THREADS, status));
    }

    private static long number(Pattern pattern, String text) {
      Matcher matcher = pattern.matcher(text);
      return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
  }

  @Test
  void shouldWriteNothingHoweverManyPipelinesThereAre(@TempDir Path folder) throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(folder.resolve("home"), 23_000, Options.everything())) {
      int applied = 0;
      for (int count : COUNTS) {
        for (; applied < count; applied++) {
          Path own = Files.createDirectory(folder.resolve("idle" + applied));
          millrace.run(
              "apply",
              RunningMillrace.flightsAs("idle" + applied, own, RunningMillrace.FLIGHTS_DATA)
                  .toString());
        }
        SilenceST.awaitSilence(millrace);
        measure(millrace, count);
      }
    }
  }

  private static void measure(RunningMillrace millrace, int pipelines) throws Exception {
    Offsets before = Offsets.of(millrace.system.bootstrapServers());
    Map<String, Process> begin = processes(millrace);
    long start = System.nanoTime();
    Thread.sleep(SPAN.toMillis());
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, Process> end = processes(millrace);
    Offsets after = Offsets.of(millrace.system.bootstrapServers());

    List<String> lines = new ArrayList<>();
    double cores = 0;
    for (Map.Entry<String, Process> entry : end.entrySet()) {
      Process process = entry.getValue();
      double own =
          (process.cpuSeconds() - begin.getOrDefault(entry.getKey(), process).cpuSeconds())
              / seconds;
      cores += own;
      lines.add(
          "| %s | %.1f %% | %,d MiB | %d |"
              .formatted(
                  entry.getKey(), 100 * own, process.residentMegabytes(), process.threads()));
    }
    System.out.printf(
        "%d pipelines: %.1f %% of a core, %d topics, %d partitions, %s written in %.0f s%n%s%n",
        pipelines,
        100 * cores,
        after.ends().keySet().stream().map(partition -> partition.topic()).distinct().count(),
        after.ends().size(),
        after.writtenSince(before),
        seconds,
        String.join("\n", lines));
    assertThat(after.writtenSince(before)).isEmpty();
    assertThat(after.topics("idle0")).isBetween(10L, 20L);
  }

  private static Map<String, Process> processes(RunningMillrace millrace) throws IOException {
    Map<String, Process> processes = new LinkedHashMap<>();
    for (SystemState.Running running :
        SystemState.read(millrace.system.home()).orElseThrow().processes()) {
      processes.put(running.name(), Process.of(running.identity().pid()));
    }
    return processes;
  }
}
