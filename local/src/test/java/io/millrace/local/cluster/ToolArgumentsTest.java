package io.millrace.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

class ToolArgumentsTest {
  @Command(name = "send")
  private static final class Send {
    @Mixin private final ClusterOption cluster = new ClusterOption();

    @Option(names = "--home")
    private @Nullable Path home;

    @Option(names = {"-j", "--json"})
    private boolean json;

    @Option(names = "--timeout", converter = Minutes.class, defaultValue = "5")
    private Duration timeout = Duration.ZERO;

    @Option(names = "--tag")
    private List<String> tags = new ArrayList<>();

    @Parameters(index = "0", arity = "0..1")
    private @Nullable Path path;

    @Parameters(index = "1", arity = "0..1")
    private @Nullable String name;
  }

  private static final class Minutes implements CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Duration.ofMinutes(Long.parseLong(text));
    }
  }

  @Test
  void shouldSayTheSameWhereTheSystemIs() {
    assertThat(
            arguments(
                "--context=far",
                "--namespace",
                "n",
                "--instance=i",
                "--tool-image=x",
                "--home=/h",
                "-j",
                "--timeout",
                "7",
                "--tag=a",
                "--tag",
                "b c",
                "examples/flights",
                "flights"))
        .containsExactly(
            "send",
            "--json",
            "--timeout=7",
            "--tag=a",
            "--tag=b c",
            "--against=ingest=http://a:1,monitor=http://b:2",
            "--",
            "there/examples/flights",
            "flights");
  }

  @Test
  void shouldAddNothingThatWasNotSaid() {
    assertThat(arguments("--context", ""))
        .containsExactly("send", "--against=ingest=http://a:1,monitor=http://b:2", "--");
  }

  @Test
  void shouldSayAPathThatWasLeftToItsDefault() {
    Send send = new Send();
    ParseResult given = new CommandLine(send).parseArgs("--json");
    send.path = Path.of("flights");

    assertThat(ToolArguments.of(given, "http://a", path -> "there/" + path))
        .containsExactly("send", "--json", "--against=http://a", "--", "there/flights");
  }

  private static List<String> arguments(String... given) {
    return ToolArguments.of(
        new CommandLine(new Send()).parseArgs(given),
        "ingest=http://a:1,monitor=http://b:2",
        path -> "there/" + path);
  }
}
