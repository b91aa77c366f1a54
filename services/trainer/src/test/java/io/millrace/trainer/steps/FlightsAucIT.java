package io.millrace.trainer.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.runs.StepResult;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.trainer.cards.Card;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table in examples/flights/data/README.md, which XGBoost gave without Millrace. */
@Tag("full")
class FlightsAucIT {
  private static final long DAY = Duration.ofDays(1).toNanos() / 1000;
  private static final long JANUARY = Instant.parse("2001-01-01T00:00:00Z").toEpochMilli() * 1000;
  private static final long MEMORY = 512L << 20;

  @TempDir Path folder;

  @Test
  void shouldFindTheLateFlightsOfTheWeekAfterTheTraining() throws Exception {
    // Given January's rows, those up to the 24th to train on
    Pipeline pipeline = FlightRows.pipeline("window: 21d", "window: 31d");
    FlightRows rows = new FlightRows(folder);
    List<Manifest.Part> parts = rows.write(pipeline, 31, 50_000, "true");
    Manifest manifest = rows.freeze(pipeline, parts, JANUARY + 24 * DAY - 1);
    RunFixture flights =
        RunFixture.of(folder, rows, pipeline, manifest, rows.fit(pipeline, manifest));
    assertThat(manifest.rows()).isEqualTo(393_569);

    // When
    long begun = System.nanoTime();
    StepResult result =
        flights.work(
            new TrainStep(flights.workshop(MEMORY), flights.pipelines()), new ArrayList<>());
    Duration took = Duration.ofNanos(System.nanoTime() - begun);

    // Then
    Card.Numbers numbers =
        Card.parse(flights.bytes(RunFixture.output(result, RunFiles.CARD))).numbers();
    Manifest week =
        new Manifest(
            "flights",
            1,
            parts,
            manifest.to(),
            JANUARY + 31 * DAY,
            manifest.split(),
            0,
            0,
            true,
            0);
    try (OnnxModel model =
            OnnxModel.load(flights.bytes(RunFixture.output(result, RunFiles.MODEL)), 2);
        DataSet data = DataSet.open(week, pipeline, rows.store(), rows.reading())) {
      double auc = auc(scores(model, data));
      System.out.printf("auc=%.4f took=%s %s%n", auc, took, numbers);
      assertThat(auc).isCloseTo(0.734, within(0.01));
    }
  }

  private record Scored(float score, boolean late) {}

  private static List<Scored> scores(OnnxModel model, DataSet data) throws Exception {
    List<String> names =
        new ArrayList<>(model.inputs().stream().map(OnnxModel.Input::name).toList());
    names.add("late");
    List<Scored> scored = new ArrayList<>();
    data.scan(
        Selection.ALL,
        names,
        8192,
        batch -> {
          Columns columns = new Columns(batch.rows());
          for (OnnxModel.Input input : model.inputs()) {
            if (input.isText()) {
              columns.texts(input.name(), batch.texts(input.name()));
            } else {
              columns.numbers(input.name(), batch.floats(input.name()));
            }
          }
          float[] scores = model.run(columns).values();
          for (int row = 0; row < scores.length; row++) {
            scored.add(new Scored(scores[row], batch.numbers("late")[row] == 1));
          }
        });
    return scored;
  }

  /** By ranks (Mann and Whitney 1947); ties share their mean rank. */
  private static double auc(List<Scored> scored) {
    scored.sort(Comparator.comparing(Scored::score));
    double ranks = 0;
    long late = 0;
    for (int from = 0; from < scored.size(); ) {
      int to = from;
      while (to < scored.size() && scored.get(to).score() == scored.get(from).score()) {
        to++;
      }
      long here = scored.subList(from, to).stream().filter(Scored::late).count();
      ranks += here * (from + 1 + to) / 2.0;
      late += here;
      from = to;
    }
    return (ranks - late * (late + 1) / 2.0) / ((double) late * (scored.size() - late));
  }
}
