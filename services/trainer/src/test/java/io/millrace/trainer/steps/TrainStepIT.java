package io.millrace.trainer.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.runs.StepResult;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.trees.TreeModel;
import io.millrace.trainer.cards.Card;
import io.millrace.trainer.trees.LabelledRows;
import io.millrace.trainer.trees.Parity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains on the real flights of the first two days of January 2001. */
class TrainStepIT {
  private static final int DAYS = 2;
  private static final int WIDTH = 8;

  @TempDir static Path folder;
  private static RunFixture flights;
  private static StepResult trained;
  private static final List<JsonNode> PROGRESS = new ArrayList<>();

  @BeforeAll
  static void train() throws Exception {
    flights =
        RunFixture.of(Files.createDirectory(folder.resolve("one")), FlightRows.pipeline(), DAYS);
    trained = flights.work(new TrainStep(flights.workshop(), flights.pipelines()), PROGRESS);
  }

  @Test
  void shouldMakeAFileThatTakesRawFlights() throws Exception {
    try (OnnxModel model = OnnxModel.load(model(flights, trained), 1)) {
      assertThat(model.output()).isEqualTo(TreeModel.SCORE);
      assertThat(model.inputs())
          .extracting(OnnxModel.Input::name)
          .containsExactlyInAnyOrder(
              "distance_miles",
              "origin_delay_3h",
              "destination_delay_3h",
              "origin",
              "destination",
              "hour",
              "weekday",
              "origin_late_1h");
      float late = score(model, 23, "ORD", 60f, 0.8f);
      float early = score(model, 5, "ORD", -5f, 0f);
      float nothing = score(model, Float.NaN, null, Float.NaN, Float.NaN);
      assertThat(late).isGreaterThan(0.5f).isGreaterThan(early + 0.1f);
      assertThat(early).isBetween(0f, 1f);
      assertThat(nothing).isBetween(0f, 1f);
    }
  }

  @Test
  void shouldSayWhatMadeItInTheFileAndOnTheCard() throws Exception {
    Card card = card(flights, trained);
    try (OnnxModel model = OnnxModel.load(model(flights, trained), 1)) {
      String provenance = model.metadata().get(TreeModel.PROVENANCE);
      assertThat(provenance).isEqualTo(card.provenance().toJson());
      JsonNode json = new ObjectMapper().readTree(provenance);
      assertThat(json.at("/parts")).hasSizeGreaterThan(1);
      assertThat(json.at("/parts/0/sha256").asText()).hasSize(64);
      assertThat(json.at("/device").asText()).isEqualTo("CPU");
      assertThat(json.at("/learner/maxDepth").asInt()).isEqualTo(6);
      assertThat(provenance).doesNotContain(folder.toString()).doesNotContain("r1");
    }
    Card.Numbers numbers = card.numbers();
    assertThat(numbers.parity()).isLessThanOrEqualTo(Parity.TOLERANCE);
    assertThat(numbers.parityRows()).isBetween(5_000, 10_000);
    assertThat(numbers.trainRows() + numbers.evalRows()).isGreaterThan(30_000);
    assertThat((double) numbers.evalRows() / (numbers.trainRows() + numbers.evalRows()))
        .isCloseTo(0.2, within(0.01));
    assertThat(numbers.sample()).isEqualTo(1);
    assertThat(numbers.metric()).isEqualTo("auc");
    assertThat(numbers.eval()).isBetween(0.65, numbers.train());
    assertThat(trained.evidence().get("rounds").asInt()).isEqualTo(numbers.rounds());
  }

  @Test
  void shouldMakeTheSameBytesOfTheSameProvenanceElsewhere() throws Exception {
    // Given the same rows in another store, cut into the same parts
    RunFixture again =
        RunFixture.of(Files.createDirectory(folder.resolve("two")), FlightRows.pipeline(), DAYS);

    // When
    StepResult result = again.train();

    // Then
    assertThat(model(again, result)).isEqualTo(model(flights, trained));
    assertThat(again.bytes(RunFixture.output(result, RunFiles.CARD)))
        .isEqualTo(flights.bytes(RunFixture.output(trained, RunFiles.CARD)));
    assertThat(new TrainStep(again.workshop(), again.pipelines()).fingerprint(again.run()))
        .isEqualTo(
            new TrainStep(flights.workshop(), flights.pipelines()).fingerprint(flights.run()));
  }

  @Test
  void shouldSayHowFarItIs() {
    assertThat(PROGRESS)
        .extracting(word -> word.get("phase").asText())
        .startsWith("read")
        .contains("learn");
    assertThat(PROGRESS)
        .extracting(word -> word.get("share").asDouble())
        .isSorted()
        .allMatch(share -> share >= 0 && share <= 1);
  }

  @Test
  void shouldTrainOnASampleWhenTheRowsDoNotFit() throws Exception {
    long memory = 10_000 * LabelledRows.bytesOfRow(WIDTH);
    StepResult result =
        flights.work(
            new TrainStep(flights.workshop(memory), flights.pipelines()), new ArrayList<>());

    Card card = card(flights, result);
    assertThat(card.numbers().trainRows() + card.numbers().evalRows()).isBetween(9_000, 10_000);
    assertThat(card.numbers().sample()).isLessThan(0.5).isEqualTo(card.provenance().sample());
  }

  @Test
  void shouldLearnANumberToo() throws Exception {
    Pipeline pipeline =
        FlightRows.pipeline(
            "kind: BINARY, value: \"delay_minutes > 15\"",
            "kind: REGRESSION, value: \"double(delay_minutes)\"",
            "{metric: auc, lowerBound: 0.65}",
            "{metric: rmse, upperBound: 99}",
            "metric: auc",
            "metric: rmse");
    RunFixture delays = RunFixture.of(Files.createDirectory(folder.resolve("delays")), pipeline, 2);

    StepResult result = delays.train();

    assertThat(card(delays, result).output()).isEqualTo(TreeModel.VALUE);
    assertThat(card(delays, result).numbers().metric()).isEqualTo("rmse");
    assertThat(card(delays, result).numbers().parity()).isLessThanOrEqualTo(Parity.TOLERANCE);
  }

  @Test
  void shouldRefuseWhatCanNotBeLearned() throws Exception {
    Path one = Files.createDirectory(folder.resolve("refused"));
    assertFails(
        RunFixture.of(one, FlightRows.pipeline("device: auto", "device: cuda"), 1),
        ErrorCode.DEVICE_UNAVAILABLE,
        "finds no GPU here");
    assertFails(
        RunFixture.of(
            Files.createDirectory(folder.resolve("none")),
            FlightRows.pipeline("eval: 0.2", "eval: 0.000000001"),
            1),
        ErrorCode.EMPTY_EVALUATION_SPLIT,
        "no row of");

    assertFails(
        RunFixture.of(
            Files.createDirectory(folder.resolve("all")),
            FlightRows.pipeline("eval: 0.2", "eval: 0.999999999"),
            1),
        ErrorCode.NO_TRAINING_ROWS,
        "no row of");
    assertFails(
        RunFixture.of(
            Files.createDirectory(folder.resolve("punctual")),
            FlightRows.pipeline(),
            1,
            "delay_minutes <= 15"),
        ErrorCode.ONE_CLASS_ONLY,
        "are false");
  }

  /** The run worker waits for what is a neighbour's fault. */
  @Test
  void shouldBlameTheStoreThatIsAwayOrTakesNothingAndTrainWhenItIsBack() throws Exception {
    RunFixture fixture =
        RunFixture.of(
            Files.createDirectory(folder.resolve("away")),
            FlightRows.pipeline("rounds: 100", "rounds: 2"),
            1);
    Path root = folder.resolve("away/artifacts");

    fixture.rows().away();
    assertThat(failure(fixture)).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    fixture.rows().back();
    Path models = Files.writeString(root.resolve("flights/models"), "in the way");
    assertThat(failure(fixture)).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    Files.delete(models);

    assertThat(fixture.train().outputs()).hasSize(2);
  }

  private static ErrorCode failure(RunFixture fixture) {
    return Failure.of(catchThrowable(fixture::train)).code();
  }

  @Test
  void shouldRefuseADamagedPart() throws Exception {
    Path store = Files.createDirectory(folder.resolve("damaged"));
    RunFixture damaged = RunFixture.of(store, FlightRows.pipeline(), 1);
    try (Stream<Path> files = Files.walk(store)) {
      Path part =
          files.filter(file -> file.toString().endsWith(".parquet")).findAny().orElseThrow();
      byte[] bytes = Files.readAllBytes(part);
      bytes[bytes.length / 2] ^= 1;
      Files.delete(part);
      Files.write(part, bytes);
    }

    assertFails(damaged, ErrorCode.PART_DAMAGED, "damaged");
  }

  private static void assertFails(RunFixture fixture, ErrorCode code, String message) {
    assertThatThrownBy(fixture::train)
        .isInstanceOfSatisfying(Coded.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private static float score(OnnxModel model, float hour, String origin, float delay, float late) {
    return model
        .run(
            new Columns(1)
                .numbers("distance_miles", new float[] {500})
                .numbers("origin_delay_3h", new float[] {delay})
                .numbers("destination_delay_3h", new float[] {delay})
                .texts("origin", new String[] {origin})
                .texts("destination", new String[] {"LGA"})
                .numbers("hour", new float[] {hour})
                .numbers("weekday", new float[] {3})
                .numbers("origin_late_1h", new float[] {late}))
        .at(0, 0);
  }

  private static byte[] model(RunFixture fixture, StepResult result) throws Exception {
    return fixture.bytes(RunFixture.output(result, RunFiles.MODEL));
  }

  private static Card card(RunFixture fixture, StepResult result) throws Exception {
    return Card.parse(fixture.bytes(RunFixture.output(result, RunFiles.CARD)));
  }
}
