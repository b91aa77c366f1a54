package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

class InPodTest {
  @Test
  void shouldLeaveTheCommandAsItIs() {
    ParseResult parsed =
        Millrace.commandLine()
            .parseArgs("in-pod", "--receive", "replay", "--to=2001-01-04", "--no-wait", "--", "-x")
            .subcommand();

    assertThat(parsed.hasMatchedOption("--receive")).isTrue();
    assertThat(parsed.matchedPositionals().getFirst().stringValues())
        .containsExactly("replay", "--to=2001-01-04", "--no-wait", "--", "-x");
  }

  @Test
  void shouldBeNoCommandForPeople() {
    assertThat(Millrace.commandLine().getUsageMessage()).doesNotContain("in-pod");
  }
}
