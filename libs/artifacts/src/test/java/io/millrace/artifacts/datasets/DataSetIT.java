package io.millrace.artifacts.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.LocalFile;
import io.millrace.artifacts.S3Server;
import io.millrace.artifacts.StoreException;
import io.millrace.artifacts.datasets.Flights.Flight;
import io.millrace.contracts.pipeline.Pipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of parts in a bucket. */
class DataSetIT {
  private static final Pipeline PIPELINE = Flights.pipeline("{by: hash, eval: 0.2}");

  @TempDir Path folder;

  @Test
  void shouldHoldTheCopiesOfItsPartsUntilItIsClosed() throws Exception {
    try (S3Server server = new S3Server();
        ArtifactStore writer = ArtifactStore.of(server.settings(folder.resolve("w"), Map.of()))) {
      Flights flights = new Flights(folder, writer);
      Manifest.Part first = flights.part(PIPELINE, List.of(new Flight(1, 1, "JFK", 1.0, false)));
      Manifest.Part second = flights.part(PIPELINE, List.of(new Flight(2, 2, "LAX", 2.0, true)));
      Manifest.Part third = flights.part(PIPELINE, List.of(new Flight(3, 3, "SFO", 3.0, true)));
      Manifest manifest = flights.freeze(PIPELINE, List.of(first, second), 3);
      long room = first.bytes() + second.bytes();

      try (ArtifactStore reader =
          ArtifactStore.of(
              server.settings(
                  folder.resolve("r"),
                  Map.of("millrace.artifacts.s3.cache.bytes", Long.toString(room))))) {
        try (DataSet data = DataSet.open(manifest, PIPELINE, reader, flights.reading())) {
          assertThatThrownBy(() -> reader.fetch(third.artifact()))
              .isInstanceOf(StoreException.class);
          assertThat(data.rows(Selection.ALL)).isEqualTo(2);
        }
        try (LocalFile copy = reader.fetch(third.artifact())) {
          assertThat(copy.path()).hasSize(third.bytes());
        }
      }
    }
  }
}
