package io.millrace.messaging.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PipelineVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PipelineVersionsTest {
  private final PipelineVersions versions = new PipelineVersions();

  @Test
  void shouldKnowOlderVersionsToo() {
    versions.accept(version(1, "1h"));
    versions.accept(version(2, "2h"));

    assertThat(within(1)).contains(Duration.ofHours(1));
    assertThat(within(2)).contains(Duration.ofHours(2));
    assertThat(within(3)).isEmpty();
    assertThat(versions.find("other", 1)).isEmpty();
  }

  @Test
  void shouldLetNoRunGoByAVersionFromBeforeADeletion() throws InterruptedException {
    versions.accept(version(1, "1h"));
    versions.accept(PipelineVersion.newBuilder(version(2, "1h")).setDeleted(true).build());
    versions.accept(version(3, "3h"));

    assertThat(versions.await("tiny", 1, Duration.ofMillis(1))).isEmpty();
    assertThat(within(1)).as("rows of then are known").contains(Duration.ofHours(1));
    assertThat(within(2)).isEmpty();
    assertThat(versions.await("tiny", 3, Duration.ofMillis(1))).isPresent();
  }

  @Test
  void shouldWaitForAVersionThatIsOnItsWay() {
    CompletableFuture<Optional<RunnablePipeline>> awaited =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return versions.await("tiny", 1, Duration.ofSeconds(30));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    versions.accept(version(1, "1h"));

    assertThat(awaited.join()).isPresent();
  }

  @Test
  void shouldStopWaiting() throws InterruptedException {
    assertThat(versions.await("tiny", 1, Duration.ofMillis(1))).isEmpty();
  }

  private Optional<Duration> within(int version) {
    return versions.find("tiny", version).map(found -> found.pipeline().label().within());
  }

  private static PipelineVersion version(int version, String within) {
    return PipelineVersion.newBuilder()
        .setPipeline("tiny")
        .setVersion(version)
        .setPartitions(1)
        .setSchemas(Map.of())
        .setAppliedAt(Instant.EPOCH)
        .setFile(
            """
            apiVersion: millrace.io/v1
            kind: Pipeline
            metadata: {name: tiny}
            spec:
              streams:
                asked: {role: example, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}}}
                told:
                  role: label
                  id: id
                  time: at
                  fields: {id: {type: INT}, at: {type: TIMESTAMP}, y: {type: BOOL}}
              label: {name: yes, kind: BINARY, value: "y", within: %s, absent: drop}
            """
                .formatted(within))
        .build();
  }
}
