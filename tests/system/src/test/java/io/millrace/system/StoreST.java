package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.runs.Step;
import io.millrace.fixtures.SmallDisk;
import io.millrace.local.machine.Installation;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a step stores has a small disk of its own, which is full or read-only until the step
 * says that it waits.
 */
@Warm
@Tag("mount")
class StoreST {
  private static final String NAME = "stored";
  private static final Path RAIN = Installation.find().root().resolve("examples/rain");

  /** Each step's folder; what train and refit store is of one kind. */
  private static final Map<Step.Known, String> FOLDERS = new LinkedHashMap<>();

  static {
    FOLDERS.put(Step.Known.TRANSFORM, "manifests");
    FOLDERS.put(Step.Known.TRAIN, "models");
    FOLDERS.put(Step.Known.EVALUATE, "verdicts");
    FOLDERS.put(Step.Known.REFIT, "models");
    FOLDERS.put(Step.Known.FINISH, "cards");
  }

  private final RunningMillrace millrace;
  private final RunLog runs;
  private final Map<String, SmallDisk> disks = new LinkedHashMap<>();

  @TempDir Path folder;

  StoreST(RunningMillrace warm) {
    millrace = warm;
    runs = new RunLog(warm);
  }

  @AfterEach
  void unmount() throws Exception {
    for (SmallDisk disk : disks.values()) {
      disk.close();
    }
    millrace.delete(NAME);
  }

  @Test
  void shouldWaitInEachStepForADiskThatIsFullOrReadOnly() throws Exception {
    Files.createSymbolicLink(folder.resolve("data"), RAIN.resolve("data"));
    apply(1500);
    millrace.run("replay", folder.toString(), "--no-apply");
    millrace.awaitParts(NAME);
    Path store = millrace.system.home().data("artifacts").resolve(NAME);
    for (String name : FOLDERS.values()) {
      if (!disks.containsKey(name)) {
        disks.put(name, SmallDisk.at(Files.createDirectories(store.resolve(name))));
      }
    }

    requireEachStepToWait(SmallDisk::fill, SmallDisk::empty, "No space left on device");
    apply(1499); // so that no step has done its work before
    requireEachStepToWait(SmallDisk::lock, SmallDisk::unlock, "Read-only file system");
  }

  private void requireEachStepToWait(Change fault, Change mend, String message) throws Exception {
    int before = runs.runs(NAME).size();
    for (SmallDisk disk : disks.values()) {
      fault.make(disk);
    }
    CompletableFuture<Integer> run =
        CompletableFuture.supplyAsync(
            () -> millrace.exitCode("run", NAME),
            task -> Thread.ofPlatform().daemon().name("run").start(task));
    for (Map.Entry<Step.Known, String> step : FOLDERS.entrySet()) {
      RunningMillrace.await(
          step.getKey() + " says that it waits",
          () -> runs.runs(NAME).size() > before && isWaiting(step.getKey(), message));
      if (step.getKey() == Step.Known.EVALUATE) {
        fault.make(disk(FOLDERS.get(Step.Known.REFIT)));
      }
      mend.make(disk(step.getValue()));
    }

    assertThat(run.join()).isZero();
    Run ended = runs.last(NAME);
    assertThat(runs.runs(NAME)).hasSize(before + 1);
    ended
        .steps()
        .forEach((name, step) -> assertThat(step.getAttempt()).as(name).isLessThanOrEqualTo(2));
    assertThat(Evidence.of(ended.step(Step.Known.FINISH).orElseThrow()).path("blessed").asBoolean())
        .isTrue();
  }

  private interface Change {
    void make(SmallDisk disk) throws Exception;
  }

  private SmallDisk disk(String name) {
    return disks.get(name);
  }

  private boolean isWaiting(Step step, String message) {
    return runs.last(NAME)
        .step(step)
        .map(word -> Evidence.of(word).path("waiting"))
        .filter(waiting -> waiting.path("code").asText().equals("STORE_UNAVAILABLE"))
        .filter(waiting -> waiting.path("message").asText().contains(message))
        .isPresent();
  }

  /** Rain under a name of its own, which asks for no run. */
  private void apply(int days) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("pipeline.yaml"),
            Files.readString(RAIN.resolve("pipeline.yaml"))
                .replace("{name: rain}", "{name: %s}".formatted(NAME))
                .replace("window: 1500d", "window: %dd".formatted(days))
                .replaceFirst(
                    "on: \\[decay\\], firstAfter: 1500", "on: [], firstAfter: 100000000"));
    millrace.run("apply", file.toString());
  }
}
