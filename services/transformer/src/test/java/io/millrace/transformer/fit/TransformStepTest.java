package io.millrace.transformer.fit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.runs.StepResult;
import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.TransformGraph;
import io.millrace.transformer.fit.TaxiRows.Trip;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformStepTest {
  private static final String ALL =
      """
      [{op: identity, inputs: [miles]}, {op: scale_to_z_score, inputs: [miles]}, \
      {op: bucketize, inputs: [miles], buckets: 4}, {op: vocabulary, inputs: [zone], topK: 2}, \
      {op: one_hot, inputs: [zone], topK: 3}]""";

  @TempDir Path folder;
  private TaxiRows taxi;

  @BeforeEach
  void open() {
    taxi = new TaxiRows(folder);
  }

  /** Against a fold over the same rows in plain Java. */
  @Test
  void shouldFindTheConstantsOfTheRowsToTrainOn() throws Exception {
    // Given 400 rows, of which every fifth has no miles and every seventh no zone
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    List<Trip> trips =
        trips(
            400,
            id ->
                new Trip(
                    id,
                    id % 5 == 0 ? null : id * 0.5,
                    id % 7 == 0 ? null : "Z" + id % 3,
                    id % 2 == 0));
    taxi.part(pipeline, 1, trips);

    // When
    StepResult result = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});

    // Then
    Manifest manifest = Manifest.parse(content(result, "manifest"));
    List<Trip> train =
        trips.stream().filter(t -> !manifest.split().contains("" + t.id(), 0)).toList();
    double[] miles =
        train.stream().map(Trip::miles).filter(m -> m != null).mapToDouble(m -> m).toArray();
    double mean = Arrays.stream(miles).average().orElseThrow();
    double variance =
        Arrays.stream(miles).map(m -> (m - mean) * (m - mean)).average().orElseThrow();

    List<FittedTransform> fitted = TransformGraph.read(content(result, "transform"));
    assertThat(fitted).hasSize(5);
    assertThat(fitted.get(0)).isEqualTo(new FittedTransform.Identity("miles"));
    FittedTransform.ScaleToZScore scale = (FittedTransform.ScaleToZScore) fitted.get(1);
    assertThat(scale.mean()).isCloseTo(mean, Offset.offset(1e-9));
    assertThat(scale.standardDeviation()).isCloseTo(Math.sqrt(variance), Offset.offset(1e-9));
    assertThat(((FittedTransform.Bucketize) fitted.get(2)).boundaries())
        .containsExactly(miles[rank(miles, 1)], miles[rank(miles, 2)], miles[rank(miles, 3)]);
    List<String> zones = byFrequency(train);
    assertThat(fitted.get(3))
        .isEqualTo(new FittedTransform.Vocabulary("zone", zones.subList(0, 2), 1));
    assertThat(fitted.get(4)).isEqualTo(new FittedTransform.OneHot("zone", zones));
    assertThat(result.evidence().get("rows").asLong()).isEqualTo(400);
    assertThat(result.evidence().get("train").asLong()).isEqualTo(train.size());
    assertThat(result.evidence().get("eval").asLong()).isEqualTo(400 - train.size());
    assertThat(result.evidence().get("features").asLong()).isEqualTo(1 + 1 + 1 + 1 + 3);
    assertThat(result.evidence().get("seconds").asDouble()).isPositive();
  }

  @Test
  void shouldTakeOnlyTheRowsSinceTheChangeWhenTheRequestSaysSo() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, trips(300, id -> new Trip(id, id * 0.5, "Z" + id % 2, id % 2 == 0)));

    StepResult result = since(200);

    Manifest manifest = Manifest.parse(content(result, "manifest"));
    assertThat(manifest.from()).isEqualTo(TaxiRows.micros(200) - 1);
    assertThat(manifest.rows()).isEqualTo(101); // 200 to 300
    assertThat(result.evidence().get("rowsOutsideWindow").asLong()).isZero();
  }

  /** The labels of one class take a third of the time since the change, or nearly all of it. */
  @ParameterizedTest
  @CsvSource({"100, 701, 900", "250, 1, 750"})
  void shouldTakeAllRowsWhenLabelsOfThoseSinceTheChangeAreMostlyStillToCome(
      long slow, long first, long last) throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    long delay = TaxiRows.micros(slow) - TaxiRows.micros(0);
    List<Trip> all =
        trips(
            1000, id -> new Trip(id, id * 0.5, "Z" + id % 2, id % 2 == 0, id % 2 == 0 ? delay : 0));
    taxi.part(pipeline, 1, labelledUntil(1000, all));

    StepResult result = since(701);

    Manifest manifest = Manifest.parse(content(result, "manifest"));
    assertThat(manifest.to()).isEqualTo(TaxiRows.micros(last));
    assertThat(manifest.rows()).isEqualTo(last - first + 1);
  }

  /** Trips of three years, one a day and a half. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{} | 700 | 0", "{window: 1051d} | 700 | 0", "{window: 21d} | 14 | 686"})
  void shouldTakeAllRowsUnlessAWindowIsGiven(String train, long rows, long outside)
      throws Exception {
    Pipeline pipeline =
        taxi.apply(
            1, TaxiRows.yaml(ALL).replace("  evaluate:", "  train: " + train + "\n  evaluate:"));
    long dayAndAHalf = 36 * 60;
    for (int part = 0; part < 7; part++) {
      long first = part * 100L;
      taxi.part(
          pipeline,
          1,
          LongStream.range(first, first + 100)
              .mapToObj(i -> new Trip(i * dayAndAHalf, i * 0.5, "Z" + i % 2, i % 2 == 0))
              .toList());
    }

    StepResult result = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});

    Manifest manifest = Manifest.parse(content(result, "manifest"));
    assertThat(manifest.rows() + manifest.unlabelled()).isEqualTo(rows);
    assertThat(result.evidence().get("rowsOutsideWindow").asLong()).isEqualTo(outside);
  }

  /** One in fifty is tipped, and that comes out after an hour: none of the newest rows is. */
  @Test
  void shouldLeaveOutRowsWhosePeersAreStillToBeLabelled() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    long hour = 3_600_000_000L;
    List<Trip> all =
        trips(
            1000,
            id -> new Trip(id, id * 0.5, "Z" + id % 2, id % 50 == 0, id % 50 == 0 ? hour : 1));
    taxi.part(pipeline, 1, labelledUntil(1000, all));

    StepResult result = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});

    // the newest label is that of trip 999
    Manifest manifest = Manifest.parse(content(result, "manifest"));
    assertThat(manifest.to()).isEqualTo(TaxiRows.micros(939) + 1);
    assertThat(manifest.rows()).isEqualTo(939);
    assertThat(manifest.unlabelled()).isEqualTo(59); // 940 to 999 without 950, which is tipped
    assertThat(result.evidence().get("newest").asText()).isEqualTo(TaxiRows.time(999).toString());
  }

  @Test
  void shouldWriteTheStatisticsOfTheRowsToTrainOn() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(
        pipeline,
        1,
        trips(300, id -> new Trip(id, id < 30 ? null : 4.0 + id % 3, "Z" + id % 2, id % 2 == 0)));

    StepResult result = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});

    JsonNode statistics = new ObjectMapper().readTree(content(result, "statistics"));
    long train = result.evidence().get("train").asLong();
    assertThat(statistics.get("rows").asLong()).isEqualTo(train);
    JsonNode miles = statistics.get("inputs").get(0);
    assertThat(miles.get("name").asText()).isEqualTo("miles");
    assertThat(miles.get("type").asText()).isEqualTo("number");
    assertThat(miles.get("count").asLong() + miles.get("missing").asLong()).isEqualTo(train);
    assertThat(miles.get("missing").asLong()).isBetween(10L, 29L);
    // the values 4, 5 and 6 are all of the deciles; [4, 5) and [5, 6]
    assertThat(miles.get("boundaries")).extracting(JsonNode::asDouble).containsExactly(4., 5., 6.);
    assertThat(miles.get("counts").get(0).asLong() + miles.get("counts").get(1).asLong())
        .isEqualTo(miles.get("count").asLong());
    JsonNode zone = statistics.get("inputs").get(1);
    assertThat(zone.get("type").asText()).isEqualTo("text");
    assertThat(zone.get("top")).hasSize(2);
    assertThat(zone.get("others").asLong()).isZero();
  }

  @Test
  void shouldGiveTheSameBytesHoweverTheRowsAreCutIntoParts() throws Exception {
    Random random = new Random(7);
    List<Trip> trips =
        trips(
            1000,
            id -> new Trip(id, random.nextGaussian() * 1e6, "Z" + random.nextInt(40), id % 3 == 0));
    List<Trip> shuffled = new ArrayList<>(trips);
    Collections.shuffle(shuffled, random);
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, trips);
    StepResult one = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});
    taxi.announced.clear();
    for (int from = 0; from < 1000; from += 100) {
      taxi.part(pipeline, 1, shuffled.subList(from, from + 100));
    }

    StepResult ten = taxi.step().work(TaxiRows.run("r2", 1), List.of(), evidence -> {});

    assertThat(content(ten, "transform")).isEqualTo(content(one, "transform"));
    assertThat(content(ten, "statistics")).isEqualTo(content(one, "statistics"));
    assertThat(content(ten, "manifest")).isNotEqualTo(content(one, "manifest"));
  }

  @Test
  void shouldHaveTheSameFingerprintUntilARowComes() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, plain(100));
    String first = taxi.step().fingerprint(TaxiRows.run("r1", 1));

    assertThat(taxi.step().fingerprint(TaxiRows.run("r2", 1))).isEqualTo(first);
    TransformStep step = taxi.step();
    String frozen = step.fingerprint(TaxiRows.run("r3", 1));
    taxi.part(pipeline, 1, trips(200, 101, TransformStepTest::plain));
    assertThat(taxi.step().fingerprint(TaxiRows.run("r4", 1))).isNotEqualTo(first);

    // what has come since is not in the run whose rows are frozen
    StepResult result = step.work(TaxiRows.run("r3", 1), List.of(), evidence -> {});
    assertThat(frozen).isEqualTo(first);
    assertThat(result.evidence().get("rows").asLong()).isEqualTo(100);
  }

  @Test
  void shouldLeaveOutPartsWithAnotherLabel() throws Exception {
    Pipeline old = taxi.apply(1, TaxiRows.yaml(ALL, "tip > 5.0", "{by: hash, eval: 0.2}"));
    taxi.part(old, 1, plain(100));
    Pipeline now = taxi.apply(2, TaxiRows.yaml(ALL));
    taxi.part(now, 2, trips(300, 101, TransformStepTest::plain));

    StepResult result = taxi.step().work(TaxiRows.run("r1", 2), List.of(), evidence -> {});

    assertThat(result.evidence().get("rows").asLong()).isEqualTo(200);
    assertThat(result.evidence().get("partsLeftOut").asInt()).isEqualTo(1);
    assertThat(result.evidence().get("rowsOfOtherMeaning").asLong()).isEqualTo(100);
  }

  @Test
  void shouldSplitByTime() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL, "tip > 1.0", "{by: time, eval: 0.25}"));
    taxi.part(pipeline, 1, plain(100));

    StepResult result = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});

    assertThat(result.evidence().get("train").asLong()).isEqualTo(75);
    assertThat(result.evidence().get("eval").asLong()).isEqualTo(25);
  }

  @Test
  void shouldRefuseAPipelineWithoutRows() {
    taxi.apply(1, TaxiRows.yaml(ALL));

    assertRefused(ErrorCode.NO_TRAINING_ROWS, () -> taxi.step().fingerprint(TaxiRows.run("r", 1)));
  }

  @Test
  void shouldRefuseAnEmptyEvaluationSplit() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL, "tip > 1.0", "{by: time, eval: 0.001}"));
    taxi.part(pipeline, 1, plain(100));

    assertRefused(ErrorCode.EMPTY_EVALUATION_SPLIT);
  }

  @Test
  void shouldRefuseALabelWithOneClass() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, trips(100, id -> new Trip(id, 1.0, "Z", true)));

    assertRefused(ErrorCode.ONE_CLASS_ONLY);
  }

  @Test
  void shouldLeaveOutAnInputThatThereIsNothingToLearnOf() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, trips(100, id -> new Trip(id, Double.NaN, "Z" + id % 2, id % 2 == 0)));
    StepResult missing = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});

    assertThat(TransformGraph.read(content(missing, "transform")))
        .extracting(FittedTransform::input)
        .containsExactly("zone", "zone");
    assertThat(missing.evidence().path("leftOut").toString())
        .isEqualTo("[{\"input\":\"miles\",\"code\":\"INPUT_ALL_MISSING\"}]");
    assertThat(new String(content(missing, "statistics"), UTF_8)).doesNotContain("miles");
  }

  @Test
  void shouldTakeAnInputAgainWhenItHasValues() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, trips(100, id -> new Trip(id, 7.0, "Z" + id % 2, id % 2 == 0)));
    StepResult constant = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});
    taxi.part(
        pipeline,
        1,
        LongStream.range(101, 200)
            .mapToObj(id -> new Trip(id, id * 0.5, "Z" + id % 2, id % 2 == 0))
            .toList());
    StepResult varied = taxi.step().work(TaxiRows.run("r2", 1), List.of(), evidence -> {});

    assertThat(constant.evidence().path("leftOut").toString())
        .isEqualTo("[{\"input\":\"miles\",\"code\":\"INPUT_CONSTANT\"}]");
    assertThat(varied.evidence().path("leftOut")).isEmpty();
    assertThat(TransformGraph.read(content(varied, "transform")))
        .extracting(FittedTransform::input)
        .contains("miles");
  }

  /** That a value is there or not is something to learn from. */
  @Test
  void shouldKeepAnInputThatIsConstantWhereItIsThere() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(
        pipeline,
        1,
        trips(100, id -> new Trip(id, id % 3 == 0 ? null : 7.0, "Z" + id % 2, id % 2 == 0)));
    StepResult result = taxi.step().work(TaxiRows.run("r1", 1), List.of(), evidence -> {});

    assertThat(result.evidence().path("leftOut")).isEmpty();
  }

  @Test
  void shouldRefuseRowsThatThereIsNothingToLearnFromAtAll() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, trips(100, id -> new Trip(id, Double.NaN, "Z", id % 2 == 0)));

    assertRefused(ErrorCode.INPUT_ALL_MISSING);
  }

  @Test
  void shouldRefuseAVocabularyWithoutValues() throws Exception {
    Pipeline pipeline =
        taxi.apply(
            1, TaxiRows.yaml("[{op: vocabulary, inputs: [zone], topK: 5, minFrequency: 2}]"));
    taxi.part(pipeline, 1, trips(100, id -> new Trip(id, 1.0, "Z" + id, id % 2 == 0)));

    assertRefused(ErrorCode.EMPTY_VOCABULARY);
  }

  @Test
  void shouldRefuseADamagedPart() throws Exception {
    Pipeline pipeline = taxi.apply(1, TaxiRows.yaml(ALL));
    taxi.part(pipeline, 1, plain(100));
    Files.delete(Path.of(URI.create(taxi.announced.getFirst().getUri())));

    assertRefused(ErrorCode.PART_DAMAGED);
  }

  @Test
  void shouldRefuseAnUnknownVersion() {
    taxi.apply(1, TaxiRows.yaml(ALL));
    TransformStep step = taxi.step();
    Thread.currentThread().interrupt(); // it would wait for the version to come

    assertThatThrownBy(() -> step.work(TaxiRows.run("r", 2), List.of(), evidence -> {}))
        .isInstanceOf(InterruptedException.class);
  }

  /** A run that is to learn from this trip on. */
  private StepResult since(long trip) throws Exception {
    String evidence = "{\"from\": \"" + TaxiRows.time(trip) + "\"}";
    return taxi.step().work(TaxiRows.run("r1", 1, evidence), List.of(), word -> {});
  }

  /** Those whose label has come by the time of a trip. */
  private static List<Trip> labelledUntil(long now, List<Trip> trips) {
    return trips.stream()
        .filter(trip -> TaxiRows.micros(trip.id()) + trip.labelAfter() <= TaxiRows.micros(now))
        .toList();
  }

  private void assertRefused(ErrorCode code) {
    assertRefused(code, () -> taxi.step().work(TaxiRows.run("r", 1), List.of(), evidence -> {}));
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(Coded.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private byte[] content(StepResult result, String kind) throws IOException {
    ArtifactRef reference =
        result.outputs().stream().filter(r -> r.getKind().equals(kind)).findFirst().orElseThrow();
    return Files.readAllBytes(taxi.store.fetch(Artifact.of(reference)).path());
  }

  /** The position of the k-th quartile in n ascending values: ⌈k·n/4⌉, counted from one. */
  private static int rank(double[] values, int k) {
    return (int) Math.ceil(k * values.length / 4.0) - 1;
  }

  private static List<String> byFrequency(List<Trip> trips) {
    List<String> zones = new ArrayList<>(List.of("Z0", "Z1", "Z2"));
    zones.sort(
        Comparator.comparingLong(
                (String zone) -> -trips.stream().filter(t -> zone.equals(t.zone())).count())
            .thenComparing(zone -> zone));
    return zones;
  }

  private static Trip plain(long id) {
    return new Trip(id, (double) id, "Z" + id % 4, id % 2 == 0);
  }

  private static List<Trip> plain(int rows) {
    return trips(rows, TransformStepTest::plain);
  }

  private static List<Trip> trips(long to, LongFunction<Trip> trip) {
    return trips(to, 1, trip);
  }

  private static List<Trip> trips(long to, long from, LongFunction<Trip> trip) {
    return LongStream.rangeClosed(from, to).mapToObj(trip).toList();
  }
}
