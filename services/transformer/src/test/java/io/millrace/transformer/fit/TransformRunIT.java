package io.millrace.transformer.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.RunWorker;
import io.millrace.transformer.fit.TaxiRows.Trip;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The transform step as a run's events bring it about. */
@ExtendWith(KafkaClusterExtension.class)
class TransformRunIT {
  private static final String YAML =
      TaxiRows.yaml(
          "[{op: scale_to_z_score, inputs: [miles]}, {op: vocabulary, inputs: [zone], topK: 9}]");

  @TempDir Path folder;
  private TaxiRows taxi;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    taxi = new TaxiRows(folder);
    pipeline = taxi.apply(1, YAML);
  }

  @Test
  void shouldSkipTheSameRowsAndGiveTheSameBytesAgainWhenTheyAreLost(KafkaCluster cluster)
      throws Exception {
    taxi.part(pipeline, 1, trips(1, 300));
    try (RunsTopic runs = new RunsTopic(cluster);
        RunWorker worker = runs.worker("a", taxi.store, taxi.step())) {
      // When a run is asked for, and again
      runs.done("r1", "requested");
      RunStep first = runs.await("r1", "transform");
      runs.done("r1", "finish");
      runs.done("r2", "requested");
      RunStep second = runs.await("r2", "transform");
      runs.done("r2", "finish");

      // Then the second is skipped
      assertThat(first.getState()).isEqualTo("DONE");
      assertThat(first.getOutputs().stream().map(ArtifactRef::getKind))
          .containsExactly("manifest", "transform", "statistics");
      assertThat(Evidence.of(first).path("rows").asLong()).isEqualTo(300);
      assertThat(second.getState()).isEqualTo("SKIPPED");
      assertThat(second.getOutputs()).isEqualTo(first.getOutputs());
      assertThat(Evidence.of(second).path("rows").asLong()).isEqualTo(300);

      // And when its outputs are lost, a third makes the same bytes
      for (ArtifactRef output : first.getOutputs()) {
        Files.delete(Path.of(URI.create(output.getUri())));
      }
      runs.done("r3", "requested");
      RunStep third = runs.await("r3", "transform");
      assertThat(third.getState()).isEqualTo("DONE");
      assertThat(third.getOutputs()).isEqualTo(first.getOutputs());
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldWaitForTheStoreAndGoOnWhenItIsBack(KafkaCluster cluster) throws Exception {
    taxi.part(pipeline, 1, trips(1, 300));
    Path root = folder.resolve("artifacts");
    Path elsewhere = folder.resolve("elsewhere");
    try (RunsTopic runs = new RunsTopic(cluster);
        RunWorker worker = runs.worker("a", taxi.store, taxi.step())) {
      Files.move(root, elsewhere);
      runs.done("r1", "requested");
      assertThat(runs.awaitWaiting("r1", "transform")).isEqualTo("STORE_UNAVAILABLE");
      Files.move(elsewhere, root);

      RunStep done = runs.await("r1", "transform");
      assertThat(done.getState()).isEqualTo("DONE");
      assertThat(done.getAttempt()).isEqualTo(1);
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldEndARunWithoutRows(KafkaCluster cluster) throws Exception {
    try (RunsTopic runs = new RunsTopic(cluster);
        RunWorker worker = runs.worker("a", taxi.store, taxi.step())) {
      runs.done("r1", "requested");

      RunStep end = runs.await("r1", "fail");

      assertThat(end.getCode()).isEqualTo("NO_TRAINING_ROWS");
      assertThat(end.getMessage()).contains("taxi has no rows");
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  private static List<Trip> trips(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(id -> new Trip(id, (double) id, "Z" + id % 4, id % 2 == 0))
        .toList();
  }
}
