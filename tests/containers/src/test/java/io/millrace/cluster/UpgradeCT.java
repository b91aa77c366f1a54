package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.ROLLED;
import static io.millrace.cluster.LocalRelease.SERVICES;
import static io.millrace.cluster.LocalRelease.since;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the images of an earlier commit to these under load, and back. */
@Tag("cluster")
@Tag("full")
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class UpgradeCT {
  /** A revision of Git. */
  private static final String EARLIER =
      Optional.ofNullable(System.getenv("MILLRACE_EARLIER")).orElse("HEAD~10");

  @Test
  void shouldLoseAndDoubleNothingFromEarlierImagesToTheseAndBack() throws Exception {
    EarlierImages.load(EARLIER, Stream.concat(SERVICES.stream(), Stream.of("cli")).toList());
    String earlier =
        SERVICES.stream()
            .map(
                service ->
                    "  - {name: millrace/%s, newTag: %s}".formatted(service, EarlierImages.TAG))
            .collect(Collectors.joining("\n", "images:\n", ""));
    try (LocalRelease release = new LocalRelease("millrace-ct-upgrade")) {
      release.apply(earlier);
      Tool tool = release.tool();
      tool.run("replay", "examples/flights", "--to", "2001-01-05");
      tool.run("run", "flights");
      long before = release.count("vectors");
      CompletableFuture<String> load =
          tool.replay(LocalDate.of(2001, 1, 5), LocalDate.of(2001, 1, 9), "720x");
      Kubectl.await("events flow", ROLLED, () -> release.count("vectors") > before + 1000);

      Instant begin = Instant.now();
      release.apply("");
      System.out.printf("to these: %d s%n", since(begin));
      Thread.sleep(20_000);
      begin = Instant.now();
      release.apply(earlier);
      System.out.printf("and back: %d s%n", since(begin));
      assertThat(load).as("under load to the end").isNotDone();
      load.get();
      tool.run("run", "flights");

      JsonNode numbers = tool.requireExact("flights");
      assertThat(numbers.at("/counts/vectors").asLong()).isGreaterThan(50_000);
      assertThat(release.count("incomplete")).isZero();
    }
  }
}
