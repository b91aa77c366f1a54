package io.millrace.contracts.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile.Problem;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.schema.PipelineSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** At each limit a file is accepted, one beyond it is refused; read it can be in both cases. */
class AcceptedFilesTest {
  private static final String SMALL = WrongFiles.RIGHT;

  @Test
  void shouldAcceptAsManyFieldsAsThereMayBe() {
    int there = 5;
    boundary(
        Limit.FIELDS,
        "spec.streams.starts.fields",
        count ->
            SMALL.replace(
                "        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
                "        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n"
                    + entries(count - there, i -> "        f%d: {type: FLOAT}\n".formatted(i))
                    + "        zone"));
  }

  @Test
  void shouldAcceptAsManyFeaturesAsThereMayBe() {
    boundary(
        Limit.DERIVED,
        "spec.features.derived",
        count ->
            SMALL.replace(
                "      hour: at.getHours()\n",
                "      hour: at.getHours()\n"
                    + entries(count - 1, i -> "      d%d: miles + %d.0\n".formatted(i, i))));
    boundary(
        Limit.WINDOWED,
        "spec.features.windowed",
        count ->
            withWindows(
                entries(
                    count - 1,
                    i ->
                        "      w%d: {entity: zone, mean: fare, window: %dm, pane: 5m}\n"
                            .formatted(i, 5 * (i % 100) + 5))));
  }

  @Test
  void shouldAcceptAsManyEntitiesAsThereMayBe() {
    boundary(
        Limit.ENTITIES,
        "spec.features.windowed",
        count ->
            withWindows(
                    entries(
                        count - 1,
                        i ->
                            "      w%d: {entity: e%d, mean: fare, window: 1h, pane: 5m}\n"
                                .formatted(i, i)))
                .replace(
                    "        miles: {type: FLOAT}\n",
                    "        miles: {type: FLOAT}\n"
                        + entries(count - 1, i -> "        e%d: {type: STRING}\n".formatted(i))));
  }

  /** 30 days and the lateness of 5 minutes: 8,641 panes of 5 minutes, and one for what runs. */
  @Test
  void shouldCountThePanesThatTheLongestWindowKeepsOfAllSeries() {
    String nine =
        SMALL.replace(
            "        kind:  {type: STRING}\n",
            "        kind:  {type: STRING}\n"
                + entries(9, i -> "        n%d: {type: INT}\n".formatted(i)));
    IntFunction<String> series =
        count ->
            nine.replace(
                "      zone_fare: {entity: zone, mean: fare, window: 1h, pane: 5m}\n",
                "      zone_fare: {entity: zone, mean: fare, window: 30d, pane: 5m}\n"
                    + entries(
                        count - 1,
                        i ->
                            "      w%d: {entity: zone, sum: n%d, window: 5m, pane: 5m}\n"
                                .formatted(i, i)));

    assertThat(accept(series.apply(9))).isInstanceOf(PipelineFile.Valid.class);
    assertThat(problems(series.apply(10)))
        .extracting(Problem::code, Problem::path)
        .containsExactly(
            tuple(ErrorCode.LIMIT_EXCEEDED, "spec.features.windowed.zone_fare.entity"));
    assertThat(problems(series.apply(10)).getFirst().message())
        .startsWith("86420 panes kept of one entity")
        .endsWith("at most 80000 are allowed");
  }

  @Test
  void shouldAcceptAsManyValuesOfADomainAsThereMayBe() {
    boundary(
        Limit.DOMAIN_VALUES,
        "spec.streams.starts.fields.zone.domain.values",
        count ->
            SMALL.replace(
                "zone:  {type: STRING}",
                "zone:  {type: STRING, domain: {values: ["
                    + entries(count, i -> "v" + i + ", ")
                    + "]}}"));
  }

  @Test
  void shouldAcceptAsManyColumnsOfAModelAsThereMayBe() {
    // ten times the whole of one_hot, less what identity makes
    IntFunction<String> columns =
        count ->
            SMALL.replace(
                "    - {op: identity, inputs: [miles, hour, zone_fare]}\n",
                "    - {op: identity, inputs: [miles, hour]}\n"
                    + entries(9, i -> "    - {op: one_hot, inputs: [zone], topK: 1000}\n")
                    + "    - {op: one_hot, inputs: [zone], topK: %d}\n".formatted(count - 9_002));
    boundary(Limit.MODEL_COLUMNS, "spec.transform", columns);
    boundary(
        Limit.TRANSFORM_INPUTS,
        "spec.transform",
        count ->
            SMALL.replace(
                "    - {op: identity, inputs: [miles, hour, zone_fare]}\n",
                entries(count, i -> "    - {op: identity, inputs: [miles]}\n")));
  }

  @Test
  void shouldAcceptAsManySlicesAndThresholdsAsThereMayBe() {
    boundary(
        Limit.SLICES,
        "spec.evaluate.slices",
        count -> SMALL.replace("[[zone]]", "[" + entries(count, i -> "[zone], ") + "]"));
    boundary(
        Limit.THRESHOLDS,
        "spec.evaluate.thresholds",
        count ->
            SMALL.replace(
                "[{metric: rmse, upperBound: 3}]",
                "[" + entries(count, i -> "{metric: rmse, upperBound: 3}, ") + "]"));
  }

  @Test
  void shouldAcceptAFileOfTheGreatestLength() {
    int most = Limit.PIPELINE_FILE_BYTES.most();
    String rest = "# ü" + "x".repeat(most - SMALL.getBytes(StandardCharsets.UTF_8).length - 4);

    assertThat(accept(SMALL + rest)).isInstanceOf(PipelineFile.Valid.class);
    assertThat(problems(SMALL + rest + "x"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ErrorCode.BODY_TOO_LARGE);
              assertThat(problem.message())
                  .isEqualTo(
                      "%d bytes of a pipeline file; at most %d are allowed"
                          .formatted(most + 1, most));
            });
  }

  @Test
  void shouldTakeAnIdThatIsMadeAStringAsTheMessageSays() {
    String yaml =
        SMALL
            .replace("hour: at.getHours()", "hour: string(at.getHours())")
            .replace(
                "{op: identity, inputs: [miles, hour, zone_fare]}",
                "{op: vocabulary, inputs: [hour]}");

    assertThat(PipelineFile.parse(yaml, "small.yaml")).isInstanceOf(PipelineFile.Valid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "miles: {type: FLOAT} | miles: {type: FLOAT}, Miles: {type: FLOAT} | starts.fields.Miles",
        "fare:  {type: FLOAT} | fare:  {type: FLOAT}, FARE: {type: FLOAT} | ends.fields.FARE"
      })
  void shouldRefuseFieldsThatDifferOnlyByCase(String right, String wrong, String path) {
    String indented = wrong.replace("}, ", "}\n        ");

    assertThat(problems(SMALL.replace(right, indented)))
        .extracting(Problem::code, Problem::path)
        .containsExactly(tuple(ErrorCode.NAME_COLLISION, "spec.streams." + path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hour: at.getHours() | Zone: at.getHours() | spec.features.derived.Zone",
        "zone_fare: {entity | MILES: {entity | spec.features.windowed.MILES",
        "name: cost | name: Trip | spec.label.name"
      })
  void shouldRefuseColumnsOfTheRowThatDifferOnlyByCase(String right, String wrong, String path) {
    String yaml =
        SMALL.replace("inputs: [miles, hour, zone_fare]", "inputs: [miles]").replace(right, wrong);

    assertThat(PipelineFile.parse(yaml, "trips.yaml")).isInstanceOf(PipelineFile.Valid.class);
    assertThat(problems(yaml))
        .extracting(Problem::code, Problem::path)
        .containsExactly(tuple(ErrorCode.NAME_COLLISION, path));
  }

  @Test
  void shouldRefuseAKindOfLabelThatNoRunCanLearn() {
    String classes =
        SMALL
            .replace("kind: REGRESSION, value: fare", "kind: MULTICLASS, value: kind")
            .replace("{metric: rmse, upperBound: 3}", "{metric: accuracy, lowerBound: 0.5}")
            .replace("    decay: {metric: rmse, drop: 1}\n    retrain: {on: [decay]}\n", "")
            .replace("  monitor:\n", "");

    assertThat(PipelineFile.parse(classes, "trips.yaml")).isInstanceOf(PipelineFile.Valid.class);
    assertThat(problems(classes))
        .extracting(Problem::code, Problem::path)
        .containsExactly(tuple(ErrorCode.LABEL_KIND_UNSUPPORTED, "spec.label.kind"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"flights", "rain"})
  void shouldAcceptTheExamples(String example) throws IOException {
    Path file = Path.of("../examples", example, "pipeline.yaml");

    assertThat(accept(Files.readString(file))).isInstanceOf(PipelineFile.Valid.class);
  }

  /** The schemas of what is accepted can be made; what is refused can still be read. */
  private static void boundary(Limit limit, String path, IntFunction<String> file) {
    assertThat(accept(file.apply(limit.most())))
        .isInstanceOfSatisfying(
            PipelineFile.Valid.class,
            valid -> assertThat(PipelineSchemas.of(valid.pipeline()).artifacts()).isNotEmpty());
    String beyond = file.apply(limit.most() + 1);
    assertThat(PipelineFile.parse(beyond, "trips.yaml")).isInstanceOf(PipelineFile.Valid.class);
    assertThat(problems(beyond))
        .extracting(Problem::code, Problem::path, Problem::message)
        .containsExactly(
            tuple(limit.code().orElseThrow(), path, limit.exceededBy(limit.most() + 1)));
  }

  private static String withWindows(String more) {
    String first = "      zone_fare: {entity: zone, mean: fare, window: 1h, pane: 5m}\n";
    return SMALL.replace(first, first + more);
  }

  private static String entries(int count, IntFunction<String> entry) {
    return String.join("", IntStream.range(0, count).mapToObj(entry).toList());
  }

  private static PipelineFile.Parsed accept(String yaml) {
    return PipelineFile.accept(yaml, "trips.yaml");
  }

  private static List<Problem> problems(String yaml) {
    return switch (accept(yaml)) {
      case PipelineFile.Valid valid -> throw new AssertionError("valid: " + valid);
      case PipelineFile.Invalid invalid -> invalid.problems();
    };
  }
}
