package io.millrace.validator.topology;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.RecordEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An event that went to quarantine is replaced by the next one of its id, whatever was wrong. */
final class CorrectionTopologyTest {
  private static final long T = micros("2001-01-01T10:00:00Z");
  private static final long YEAR = 365L * 24 * 3600 * 1_000_000;

  private static final String FIELDS =
      """
      {id: {type: STRING},
       at: {type: TIMESTAMP, domain: {min: 1990-01-01, max: 2015-01-01}},
       gate: {type: STRING, presence: {minFraction: 1.0}, domain: {values: [A1, B2], maxLength: 3}},
       seats: {type: INT, domain: {min: 1, max: 10}},
       fare: {type: FLOAT, domain: {min: 0.0, max: 100.0}},
       tags: {type: STRING, list: true, valueCount: {min: 1, max: 2}}}"""
          .replace("\n", "");

  private static final String FILE =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: flights}
      spec:
        streams:
          departures: {role: example, id: id, time: at, fields: %1$s}
          arrivals: {role: label, id: id, time: at, fields: %1$s}
        label: {name: late, kind: BINARY, value: "seats > 5", within: 48h, absent: drop}
      """
          .formatted(FIELDS);

  private static final Pipeline PIPELINE =
      ((PipelineFile.Valid) PipelineFile.parse(FILE, "flights.yaml")).pipeline();

  private final TopologyRun run = new TopologyRun(runnable());

  /** What is wrong with an event: its fields other than those of a good one. */
  private record Wrong(ErrorCode code, Map<String, @Nullable Object> fields) {
    static Wrong of(ErrorCode code, String field, @Nullable Object value) {
      Map<String, @Nullable Object> fields = new HashMap<>();
      fields.put(field, value);
      return new Wrong(code, fields);
    }

    @Override
    public String toString() {
      return code.name();
    }
  }

  private static final List<Wrong> WRONG =
      List.of(
          Wrong.of(ErrorCode.NO_TIME, "at", null),
          Wrong.of(ErrorCode.TIME_IN_FUTURE, "at", micros("2026-01-11T00:00:00Z")),
          Wrong.of(ErrorCode.TIME_BEFORE_DOMAIN, "at", micros("1989-12-31T00:00:00Z")),
          Wrong.of(ErrorCode.TIME_AFTER_DOMAIN, "at", micros("2015-02-01T00:00:00Z")),
          Wrong.of(ErrorCode.AHEAD_OF_CLOCK, "at", T + 2 * YEAR),
          Wrong.of(ErrorCode.FEATURE_TYPE_NOT_PRESENT, "gate", null),
          Wrong.of(ErrorCode.ENUM_TYPE_UNEXPECTED_STRING_VALUES, "gate", "C3"),
          new Wrong(ErrorCode.STRING_TOO_LONG, Map.of("gate", "A1 or so")),
          Wrong.of(ErrorCode.INT_TYPE_SMALL_INT, "seats", 0L),
          Wrong.of(ErrorCode.INT_TYPE_BIG_INT, "seats", 11L),
          Wrong.of(ErrorCode.FLOAT_TYPE_SMALL_FLOAT, "fare", -1.0),
          Wrong.of(ErrorCode.FLOAT_TYPE_BIG_FLOAT, "fare", 101.0),
          Wrong.of(ErrorCode.FLOAT_TYPE_HAS_NAN, "fare", Double.NaN),
          Wrong.of(ErrorCode.FLOAT_TYPE_HAS_INF, "fare", Double.POSITIVE_INFINITY),
          Wrong.of(ErrorCode.FEATURE_TYPE_LOW_NUMBER_VALUES, "tags", List.of()),
          Wrong.of(ErrorCode.FEATURE_TYPE_HIGH_NUMBER_VALUES, "tags", List.of("a", "b", "c")));

  static Stream<Arguments> wrong() {
    return Stream.of("departures", "arrivals")
        .flatMap(stream -> WRONG.stream().map(wrong -> Arguments.of(stream, wrong)));
  }

  @AfterEach
  void close() {
    run.close();
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void shouldAcceptWhatReplacesAQuarantinedEvent(String stream, Wrong wrong) {
    String accepted = stream.equals("departures") ? "examples" : "labels";
    send(stream, "first", Map.of());
    send(stream, "7", wrong.fields());
    run.pass(HeldRecords.PATIENCE); // for what is held until then
    run.ticks(1);
    assertThat(run.quarantined())
        .singleElement()
        .satisfies(codes -> assertThat(codes).contains(wrong.code().name()));
    assertThat(run.events(accepted)).hasSize(1);

    send(stream, "7", Map.of());

    assertThat(run.events(accepted)).hasSize(1);
    assertThat(run.quarantined()).isEmpty();
  }

  @Test
  void shouldKnowEveryCodeThatAnEventWithAnIdIsQuarantinedWith() {
    Set<ErrorCode> notOfIts =
        Set.of(
            ErrorCode.NO_ID, // has none
            ErrorCode.NO_VALUE,
            ErrorCode.UNDECODABLE, // what can't be read has none
            ErrorCode.UNKNOWN_SCHEMA_ID,
            ErrorCode.INCOMPATIBLE_SCHEMA,
            ErrorCode.CONFLICTING_DUPLICATE); // another was accepted under its id
    Set<ErrorCode> known =
        Arrays.stream(ErrorCode.values())
            .filter(code -> code.name().matches(".*_TYPE_.*|TIME_.*|NO_TIME|STRING_.*|AHEAD_.*"))
            .collect(toSet());

    assertThat(WRONG).extracting(Wrong::code).containsExactlyInAnyOrderElementsOf(known);
    assertThat(known).doesNotContainAnyElementsOf(notOfIts);
  }

  /** Held, it was never accepted: the correction is, and the mistake is the conflict by then. */
  @Test
  void shouldAcceptWhatReplacesAnEventThatIsStillHeld() {
    send("departures", "first", Map.of());
    send("departures", "7", Map.of("at", T + 2 * YEAR));
    run.ticks(1);
    assertThat(run.quarantined()).isEmpty();
    assertThat(run.events("examples")).hasSize(1);

    send("departures", "7", Map.of());

    assertThat(run.events("examples")).hasSize(1);
    run.pass(HeldRecords.PATIENCE);
    run.ticks(1);
    assertThat(run.events("examples")).isEmpty();
    assertThat(run.quarantined())
        .containsExactly(List.of("AHEAD_OF_CLOCK", "CONFLICTING_DUPLICATE"));
  }

  private void send(String stream, String id, Map<String, ? extends @Nullable Object> other) {
    Schema schema = schema(stream);
    GenericData.Record record = new GenericData.Record(schema);
    Map<String, @Nullable Object> fields = new HashMap<>();
    fields.put("id", id);
    fields.put("at", T);
    fields.put("gate", "A1");
    fields.put("seats", 3L);
    fields.put("fare", 9.5);
    fields.put("tags", new ArrayList<>(List.of("a")));
    fields.putAll(other);
    fields.forEach(record::put);
    run.pipe(
        stream,
        null,
        RecordEncoder.generic(schemaId(stream), schema).encode(record),
        new RecordHeaders());
  }

  private static Schema schema(String stream) {
    return PipelineSchemas.of(PIPELINE).stream(
        Objects.requireNonNull(PIPELINE.streams().get(stream)));
  }

  private static int schemaId(String stream) {
    return stream.equals("departures") ? 1 : 2;
  }

  private static RunnablePipeline runnable() {
    Map<String, Integer> ids = new HashMap<>();
    PipelineSchemas.of(PIPELINE)
        .artifacts()
        .forEach((artifact, schema) -> ids.put(artifact, 100 + ids.size()));
    ids.put("millrace.flights.departures-value", 1);
    ids.put("millrace.flights.examples-value", 1);
    ids.put("millrace.flights.arrivals-value", 2);
    ids.put("millrace.flights.labels-value", 2);
    return new RunnablePipeline(PIPELINE, 1, 1, ids);
  }

  private static long micros(String text) {
    return Instant.parse(text).toEpochMilli() * 1000;
  }
}
