package io.millrace.contracts.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Derived;
import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Distance;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Drift.FieldRule;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Serve;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Threshold;
import io.millrace.contracts.pipeline.Train;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.contracts.pipeline.Windowed;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineFileValuesTest {
  private static final Duration PANE = Duration.ofMinutes(5);
  private static final Duration THREE_HOURS = Duration.ofHours(3);

  @Test
  void shouldReadTheFlights() {
    Stream departures =
        stream(
            "departures",
            Stream.Role.EXAMPLE,
            "departure",
            required("flight_id", Scalar.INT),
            required("departure", Scalar.TIMESTAMP),
            required("origin", Scalar.STRING),
            required("destination", Scalar.STRING),
            bounded("distance_miles", 1, 10_000));
    Stream arrivals =
        stream(
            "arrivals",
            Stream.Role.LABEL,
            "arrival",
            required("flight_id", Scalar.INT),
            required("arrival", Scalar.TIMESTAMP),
            bounded("delay_minutes", -120, 3000));
    Map<String, Stream> streams = new LinkedHashMap<>();
    streams.put("departures", departures);
    streams.put("arrivals", arrivals);

    assertThat(FlightsFile.pipeline())
        .isEqualTo(
            new Pipeline(
                "flights",
                streams,
                new Label(
                    "late",
                    Label.Kind.BINARY,
                    "delay_minutes > 15",
                    Duration.ofHours(48),
                    Label.Absent.DROP),
                List.of(
                    new Derived("hour", "departure.getHours()"),
                    new Derived("weekday", "departure.getDayOfWeek()")),
                List.of(
                    mean("origin_delay_3h", "origin", "delay_minutes", THREE_HOURS),
                    mean("origin_late_1h", "origin", "late", Duration.ofHours(1)),
                    mean("destination_delay_3h", "destination", "delay_minutes", THREE_HOURS)),
                List.of(
                    new Transform.ScaleToZScore(
                        List.of("distance_miles", "origin_delay_3h", "destination_delay_3h")),
                    new Transform.Vocabulary(List.of("origin", "destination"), 1000, 1, 1),
                    new Transform.Identity(List.of("hour", "weekday", "origin_late_1h"))),
                new Train(
                    new Learner.GradientBoosting(100, 6, 0.1, 10),
                    Optional.of(Duration.ofDays(21)),
                    false,
                    Train.Device.AUTO),
                new Evaluate(
                    new Evaluate.Split(Evaluate.Split.By.HASH, 0.2),
                    true,
                    List.of(List.of(), List.of("hour"), List.of("origin")),
                    List.of(
                        new Threshold.Value(
                            Metric.AUC, Map.of(), OptionalDouble.of(0.65), OptionalDouble.empty()),
                        new Threshold.Change(
                            Metric.AUC,
                            Map.of(),
                            Threshold.Direction.HIGHER_IS_BETTER,
                            OptionalDouble.of(-1e-10),
                            OptionalDouble.empty())),
                    Evaluate.Least.DEFAULT,
                    Optional.of(Duration.ofMillis(10))),
                new Serve(true, Duration.ofDays(30)),
                new Monitor(
                    Duration.ofHours(24),
                    new Monitor.Drift(
                        Duration.ofDays(1), Map.of(Monitor.Distance.JSD_BITS, 0.1), 500, Map.of()),
                    Optional.of(new Monitor.Decay(Metric.AUC, 0.08, 2, 7, 5)),
                    new Monitor.Retrain(
                        Set.of(Signal.DECAY),
                        200_000,
                        Duration.ofDays(2),
                        Set.of(Signal.DRIFT, Signal.SKEW))),
                Retention.DEFAULT));
  }

  @Test
  void shouldReadForHowLongWhatIsMadeIsKept() {
    String kept = "  retention: {parts: 90d, manifests: 30d, quarantine: 14d}\n";

    assertThat(minimal("n: {type: INT}", kept).retention())
        .isEqualTo(
            new Retention(
                Optional.of(Duration.ofDays(90)),
                Duration.ofDays(180),
                Duration.ofDays(30),
                Duration.ofDays(180),
                Duration.ofDays(14)));
  }

  @Test
  void shouldReadWhatHoldsForSomeFields() {
    String yaml =
        FlightsFile.text()
            .replace(
                "minExamples: 500",
                "minExamples: 500, fields: {distance_miles: {jsd_bits: 0.3}, origin: {l_infinity:"
                    + " 0.2, against: 364d}, weekday: {ignore: true}, _score: {against: 7d}}");
    if (!(PipelineFile.parse(yaml, "pipeline.yaml") instanceof PipelineFile.Valid valid)) {
      throw new AssertionError(yaml);
    }
    Drift drift = valid.pipeline().monitor().drift();

    assertThat(drift.fields())
        .isEqualTo(
            Map.of(
                "distance_miles",
                new FieldRule(Optional.empty(), Map.of(Distance.JSD_BITS, 0.3), false),
                "origin",
                new FieldRule(
                    Optional.of(Duration.ofDays(364)), Map.of(Distance.L_INFINITY, 0.2), false),
                "weekday",
                new FieldRule(Optional.empty(), Map.of(), true),
                "_score",
                new FieldRule(Optional.of(Duration.ofDays(7)), Map.of(), false)));
    assertThat(drift.limits("origin")).isEqualTo(Map.of(Distance.L_INFINITY, 0.2));
    assertThat(drift.limits("_score")).isEqualTo(Map.of(Distance.JSD_BITS, 0.1));
    assertThat(drift.against("_score")).isEqualTo(Duration.ofDays(7));
    assertThat(drift.against("distance_miles")).isEqualTo(Duration.ofDays(1));
    assertThat(drift.ignores("weekday")).isTrue();
    assertThat(drift.ignores("hour")).isFalse();
  }

  @Test
  void shouldTakeDefaultsWhereTheFileIsSilent() {
    Pipeline pipeline =
        minimal("zone: {type: STRING}, miles: {type: FLOAT}, rider: {type: STRING}");

    assertThat(pipeline.exampleStream().lateness()).isEqualTo(Duration.ofMinutes(5));
    assertThat(pipeline.transform())
        .containsExactly(
            new Transform.Identity(List.of("miles")),
            new Transform.Vocabulary(List.of("zone"), 1000, 1, 1));
    assertThat(pipeline.train()).isEqualTo(Train.DEFAULT);
    assertThat(pipeline.evaluate()).isEqualTo(Evaluate.DEFAULT);
    assertThat(pipeline.serve()).isEqualTo(Serve.DEFAULT);
    assertThat(
            PipelineFile.parse(
                FlightsFile.text()
                    .replace("serve: {stream: true}", "serve: {stream: true, keepOld: 36h}"),
                "file"))
        .isInstanceOfSatisfying(
            PipelineFile.Valid.class,
            valid ->
                assertThat(valid.pipeline().serve())
                    .isEqualTo(new Serve(true, Duration.ofHours(36))));
    assertThat(pipeline.monitor()).isEqualTo(Monitor.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {type: FLOAT}                                         | FloatDomain[min=OptionalDouble.empty, max=OptionalDouble.empty, disallowNan=true, disallowInf=true]
          {type: FLOAT, domain: {min: 1, disallowNan: false}}   | FloatDomain[min=OptionalDouble[1.0], max=OptionalDouble.empty, disallowNan=false, disallowInf=true]
          {type: INT}                                           | Any[]
          {type: INT, domain: {max: -3}}                        | IntDomain[min=OptionalLong.empty, max=OptionalLong[-3]]
          {type: INT, domain: {max: 9223372036854775807}}       | IntDomain[min=OptionalLong.empty, max=OptionalLong[9223372036854775807]]
          {type: STRING, domain: {values: [NO, 010, 1:30, SE]}} | StringDomain[values=[NO, 010, 1:30, SE], maxLength=OptionalLong.empty]
          {type: STRING, domain: {maxLength: 3}}                | StringDomain[values=[], maxLength=OptionalLong[3]]
          {type: TIMESTAMP, domain: {min: 1970-01-02}}          | TimeDomain[min=OptionalLong[86400000000], max=OptionalLong.empty]
          {type: TIMESTAMP, domain: {min: 1970-01-01T00:00:01}} | TimeDomain[min=OptionalLong[1000000], max=OptionalLong.empty]
          {type: TIMESTAMP, domain: {min: 1970-01-01 00:01}}    | TimeDomain[min=OptionalLong[60000000], max=OptionalLong.empty]
          {type: TIMESTAMP, domain: {max: "1970-01-01T01:00:00.000001+01:00"}} | TimeDomain[min=OptionalLong.empty, max=OptionalLong[1]]
          """)
  void shouldReadADomainAsTheTypeHasIt(String field, String domain) {
    assertThat(minimal("x: " + field).exampleStream().field("x").domain()).hasToString(domain);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {op: bucketize, inputs: [n]}                              | Bucketize[inputs=[n], buckets=10]
          {op: bucketize, inputs: [n], buckets: 4}                  | Bucketize[inputs=[n], buckets=4]
          {op: one_hot, inputs: [s]}                                | OneHot[inputs=[s], topK=100]
          {op: one_hot, inputs: [s], topK: 1000}                    | OneHot[inputs=[s], topK=1000]
          {op: vocabulary, inputs: [s]}                             | Vocabulary[inputs=[s], topK=1000, oovBuckets=1, minFrequency=1]
          {op: vocabulary, inputs: [s], oovBuckets: 0, minFrequency: 5} | Vocabulary[inputs=[s], topK=1000, oovBuckets=0, minFrequency=5]
          """)
  void shouldReadTransforms(String step, String transform) {
    Pipeline pipeline =
        minimal("n: {type: INT}, s: {type: STRING}", "  transform: [" + step + "]\n");

    assertThat(pipeline.transform()).singleElement().hasToString(transform);
  }

  @ParameterizedTest
  @CsvSource({"'', 10", "earlyStopping: 0, 0", "earlyStopping: 25, 25"})
  void shouldReadWhenTrainingStopsEarly(String key, int rounds) {
    assertThat(minimal("n: {type: INT}", "  train: {" + key + "}\n").train().learner())
        .isEqualTo(new Learner.GradientBoosting(100, 6, 0.1, rounds));
  }

  @Test
  void shouldBoundAListByItsCountOfValues() {
    Stream stream =
        minimal(
                "a: {type: INT, list: true}, b: {type: INT, list: true, valueCount: {min: 1, max: 3}}")
            .exampleStream();

    assertThat(stream.field("a"))
        .isEqualTo(
            new Field(
                "a",
                new FieldType(Scalar.INT, true),
                false,
                new Domain.Any(),
                0,
                Integer.MAX_VALUE));
    assertThat(stream.field("b").minValues()).isEqualTo(1);
    assertThat(stream.field("b").maxValues()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"10ms, 10", "30s, 30000", "5m, 300000", "3h, 10800000", "2d, 172800000"})
  void shouldReadDurations(String text, long millis) {
    assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
  }

  @Test
  void shouldReadTheSliceOfAThresholdAsText() {
    Pipeline pipeline =
        minimal(
            "zone: {type: STRING}, seats: {type: INT}",
            "  evaluate: {thresholds: [{metric: recall, slice: {zone: NO, seats: 4}, lowerBound: 0.5}]}");

    assertThat(pipeline.evaluate().thresholds())
        .containsExactly(
            new Threshold.Value(
                Metric.RECALL,
                Map.of("zone", "NO", "seats", "4"),
                OptionalDouble.of(0.5),
                OptionalDouble.empty()));
  }

  private static Pipeline minimal(String fields) {
    return minimal(fields, "");
  }

  private static Pipeline minimal(String fields, String more) {
    String yaml =
        """
        apiVersion: millrace.io/v1
        kind: Pipeline
        metadata: {name: small}
        spec:
          streams:
            a: {role: example, id: id, time: at, subject: %s, fields: {id: {type: INT}, at: {type: TIMESTAMP}, %s}}
            b: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, ok: {type: BOOL}}}
          label: {name: ok, kind: BINARY, value: ok, within: 1d}
        %s
        """
            .formatted(fields.contains("rider") ? "rider" : "id", fields, more);
    return switch (PipelineFile.parse(yaml, "small.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems().toString());
    };
  }

  private static Stream stream(String name, Stream.Role role, String time, Field... fields) {
    Map<String, Field> byName = new LinkedHashMap<>();
    for (Field field : fields) {
      byName.put(field.name(), field);
    }
    return new Stream(
        name,
        role,
        "flight_id",
        time,
        byName,
        PANE,
        Duration.ofDays(7),
        Optional.empty(),
        Optional.empty());
  }

  private static Field required(String name, Scalar type) {
    return new Field(name, FieldType.of(type), true, new Domain.Any(), 1, 1);
  }

  private static Field bounded(String name, long min, long max) {
    return new Field(
        name,
        FieldType.of(Scalar.INT),
        false,
        new Domain.IntDomain(OptionalLong.of(min), OptionalLong.of(max)),
        1,
        1);
  }

  private static Windowed mean(String name, String entity, String field, Duration window) {
    return new Windowed(name, entity, Windowed.Aggregate.MEAN, field, window, PANE);
  }
}
