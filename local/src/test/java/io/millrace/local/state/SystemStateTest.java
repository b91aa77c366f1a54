package io.millrace.local.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.machine.Home;
import io.millrace.local.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemStateTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldReadWhatWasWritten() {
    Home home = new Home(folder);
    SystemState state =
        new SystemState(
            new ProcessIdentity(1, Instant.parse("2026-01-01T00:00:00.120Z")),
            1000,
            true,
            1L << 30,
            List.of(
                new SystemState.Running(
                    "broker",
                    new ProcessIdentity(2, Instant.parse("2026-01-01T00:00:01Z")),
                    10092,
                    "broker.log",
                    3,
                    true)));

    state.write(home);

    assertThat(SystemState.read(home)).contains(state);
  }

  @Test
  void shouldBeEmptyWhenThereIsNoFileOrItWasDeleted() {
    Home home = new Home(folder);
    assertThat(SystemState.read(home)).isEmpty();
    SystemState.delete(home);
    assertThat(SystemState.read(home)).isEmpty();
  }

  @Test
  void shouldNotTakeAnotherProcessWithTheSamePidForOurs() {
    ProcessIdentity me = ProcessIdentity.of(ProcessHandle.current());
    ProcessIdentity before =
        new ProcessIdentity(me.pid(), me.startedAt().minus(Duration.ofHours(1)));

    assertThat(me.find()).contains(ProcessHandle.current());
    assertThat(before.find()).isEmpty();
    assertThat(new SystemState(before, 0, true, 0, List.of()).isAlive()).isFalse();
  }
}
