package io.millrace.monitor.topology;

import static io.millrace.monitor.topology.FlightsFixture.MIDNIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Outcome;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Junk;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.monitor.judge.JudgeInput;
import io.millrace.monitor.verdicts.TrainingReferences;
import io.millrace.monitor.windows.Cell;
import io.millrace.monitor.windows.CellsCodec;
import io.millrace.monitor.windows.Group;
import io.millrace.monitor.windows.JudgeMessage;
import io.millrace.statistics.histograms.Reference;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorTopologyTest {
  private MonitorRun run = new MonitorRun(new FlightsFixture(1));

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldPassOverWhatSomebodyElseWrote() {
    run.champion(1);
    run.hour(0, 1, true, "JFK");
    List<String> topics =
        List.of(
            "millrace.flights.predictions",
            "millrace.flights.labels",
            "millrace.runs",
            "millrace.models",
            "millrace.datasets",
            "millrace-monitor-flights" + "-judge-repartition");
    List<byte[]> junk = new ArrayList<>(Junk.values(1));
    junk.add(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 127, 127, 127, 127});
    junk.add(new byte[] {1, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    junk.add(new byte[] {2, 0, 0, 0, 0, 0, 127, 127, 127, 127});
    for (String topic : topics) {
      for (byte[] value : junk) {
        run.input(topic).pipeInput("flights/7", value);
        run.input(topic).pipeInput(null, value);
      }
      run.input(topic).pipeInput("flights/7", (byte[]) null);
    }
    MonitorRun.mark(run.predictions, "soon");
    MonitorRun.mark(run.labels, "9223372036854775807");
    run.hour(1, 1, true, "JFK");

    assertThat(run.outcomes()).hasSize(2 * MonitorRun.AN_HOUR);
  }

  @Test
  void shouldTellTheJudgeWhatWasTakenBackOfItsPipeline() {
    run.input("millrace.models")
        .pipeInput(
            new TestRecord<>(
                "flights/1",
                null,
                ControlRecords.purged("millrace.models", 0, new byte[1], 3).headers()));
    run.input("millrace.models")
        .pipeInput(
            new TestRecord<>(
                "flights_2/1",
                null,
                ControlRecords.purged("millrace.models", 0, new byte[1], 3).headers()));

    assertThat(
            run.driver
                .createOutputTopic(
                    "millrace-monitor-flights-judge-repartition",
                    new StringDeserializer(),
                    new ByteArrayDeserializer())
                .readValuesToList())
        .as("of this pipeline alone")
        .containsExactly(new JudgeInput.Purged(1).toBytes());
  }

  @Test
  void shouldNotTellTheJudgeOfAFactOfAnEarlierLifeThatComesLate() {
    Headers late = new RecordHeaders();
    VersionHeader.set(late, 2);
    Headers now = new RecordHeaders();
    VersionHeader.set(now, 3);
    TestInputTopic<String, byte[]> models = run.input("millrace.models");
    models.pipeInput(
        new TestRecord<>(
            "flights/1",
            null,
            ControlRecords.purged("millrace.models", 0, new byte[1], 3).headers()));
    models.pipeInput(new TestRecord<>("flights/1", new byte[] {2}, late));
    models.pipeInput(new TestRecord<>("flights/1", new byte[] {3}, now));

    assertThat(
            run.driver
                .createOutputTopic(
                    "millrace-monitor-flights-judge-repartition",
                    new StringDeserializer(),
                    new ByteArrayDeserializer())
                .readValuesToList())
        .containsExactly(
            new JudgeInput.Purged(1).toBytes(), new JudgeInput.Fact(1, new byte[] {3}).toBytes());
  }

  @Test
  void shouldBearAnyBytesOnTheirWayToTheJudge() {
    CellsCodec cells = new CellsCodec();
    cells.write(new Cell.Labelled(true, 3).toBytes(), CellsCodec.value(BigDecimal.ONE));
    cells.write(
        new Cell.Sum(Cell.Sum.Of.SQUARED).toBytes(), CellsCodec.value(new BigDecimal("1.25")));
    List<byte[]> real =
        List.of(
            new JudgeMessage.Snapshot(0, 1, new Group.Version(1), cells.toBytes()).toBytes(),
            new JudgeMessage.Snapshot(0, 1, new Group.Input("origin"), cells.toBytes()).toBytes(),
            new JudgeMessage.Passed(JudgeMessage.Source.LABELS, 0, 4, 5).toBytes(),
            new JudgeMessage.Idle(JudgeMessage.Source.LABELS, 0, 4, 6).toBytes());

    Fuzz.of("messages to the judge")
        .run(
            random -> random.nextBoolean() ? Mutation.noise(random) : Mutation.of(random, real),
            bytes -> {
              JudgeMessage.read(bytes);
              JudgeInput.fromBytes(bytes);
            });
  }

  /** 20 minutes are late for the file of the model, and not for the one that runs. */
  @Test
  void shouldJudgeAModelByTheLabelThatItLearned() {
    run.close();
    FlightsFixture flights = new FlightsFixture(1);
    run = new MonitorRun(new FlightsFixture(1, changed(flights.pipeline, 30)));
    run.flights.know(4, changed(flights.pipeline, 15));
    run.predictions.pipeInput(predictionBy(4, "1"));
    run.labels.pipeInput("1", run.flights.arrival(1, MIDNIGHT.plusSeconds(60), 20L));
    run.labels.pipeInput("2", run.flights.arrival(2, MIDNIGHT.plusSeconds(60), 20L));
    run.predictions.pipeInput(predictionBy(4, "2"));
    run.predictions.pipeInput(predictionBy(1, "3"));
    run.labels.pipeInput("3", run.flights.arrival(3, MIDNIGHT.plusSeconds(60), 20L));
    run.labels.pipeInput("4", run.flights.arrival(4, MIDNIGHT.plusSeconds(60), 20L));
    run.predictions.pipeInput(predictionBy(1, "4"));
    run.predictions.pipeInput("5", run.flights.prediction("5", 3, 0.7, MIDNIGHT, "JFK"));
    run.labels.pipeInput("5", run.flights.arrival(5, MIDNIGHT.plusSeconds(60), 20L));

    assertThat(run.outcomes())
        .extracting(record -> record.key() + " " + run.outcome(record).getLabel())
        .containsExactly("1 1.0", "2 1.0", "3 0.0", "4 0.0", "5 0.0");
  }

  private static Pipeline changed(Pipeline pipeline, int minutes) {
    Label label = pipeline.label();
    return new Pipeline(
        pipeline.name(),
        pipeline.streams(),
        new Label(
            label.name(),
            label.kind(),
            "delay_minutes > " + minutes,
            label.within(),
            label.absent()),
        pipeline.derived(),
        pipeline.windowed(),
        pipeline.transform(),
        pipeline.train(),
        pipeline.evaluate(),
        pipeline.serve(),
        pipeline.monitor(),
        pipeline.retention());
  }

  private TestRecord<String, byte[]> predictionBy(int file, String id) {
    TestRecord<String, byte[]> record =
        new TestRecord<>(id, run.flights.prediction(id, 3, 0.7, MIDNIGHT, "JFK"));
    VersionHeader.set(record.headers(), file);
    return record;
  }

  @Test
  void shouldWriteOneOutcomeWhicheverComesFirst() {
    run.predictions.pipeInput("1", run.flights.prediction("1", 3, 0.7, MIDNIGHT, "JFK"));
    run.labels.pipeInput("1", run.flights.arrival(1, MIDNIGHT.plusSeconds(60), 16L));
    run.labels.pipeInput("2", run.flights.arrival(2, MIDNIGHT.plusSeconds(60), 15L));
    run.predictions.pipeInput("2", run.flights.prediction("2", 3, 0.1, MIDNIGHT, "JFK"));

    List<TestRecord<String, byte[]>> written = run.outcomes();
    assertThat(written).extracting(TestRecord::key).containsExactly("1", "2");
    Outcome first = run.outcome(written.getFirst());
    assertThat(first.getLabel()).isEqualTo(1);
    assertThat(first.getScore()).isEqualTo(0.7);
    assertThat(first.getVersion()).isEqualTo(3);
    assertThat(first.getPrediction()).isEqualTo("p1");
    assertThat(first.getTime()).isEqualTo(MIDNIGHT);
    assertThat(first.getLabelTime()).isEqualTo(MIDNIGHT.plusSeconds(60));
    assertThat(run.outcome(written.getLast()).getLabel()).isZero();
    assertThat(written.getFirst().headers().lastHeader("ce_id").value()).asString().isEqualTo("1");
  }

  @Test
  void shouldCountWhatFindsNoOtherHalf() {
    Instant bound = MIDNIGHT.plus(Duration.ofHours(2));
    run.predictions.pipeInput("1", run.flights.prediction("1", 1, 0.7, MIDNIGHT, "JFK"));
    run.labels.pipeInput("1", run.flights.arrival(1, bound, 16L));
    run.predictions.pipeInput("2", run.flights.prediction("2", 1, 0.7, MIDNIGHT, "JFK"));
    run.labels.pipeInput("2", run.flights.arrival(2, bound.plusNanos(1000), 16L));
    run.predictions.pipeInput("3", run.flights.prediction("3", 1, 0.7, MIDNIGHT, "JFK"));
    run.predictions.pipeInput("4", run.flights.prediction("4", 1, 0.7, MIDNIGHT, "JFK"));
    run.labels.pipeInput("4", run.flights.arrival(4, MIDNIGHT, null));
    run.labels.pipeInput("5", run.flights.arrival(5, MIDNIGHT, 16L));
    run.predictions.pipeInput(
        "6", run.flights.prediction("6", 1, 0.7, MIDNIGHT, Map.of(), "online"));
    run.passed(MIDNIGHT.plus(Duration.ofDays(1)));
    run.driver.advanceWallClockTime(Duration.ofMinutes(1));

    assertThat(run.counts())
        .isEqualTo(
            Map.of(
                "predictions", 4L,
                "outcomes", 1L,
                "labelsAfterBound", 1L,
                "labelsWithoutValue", 1L,
                "unlabelled", 1L,
                "labelsWithoutPrediction", 1L,
                "late", 0L,
                "repeated", 0L));
  }

  @Test
  void shouldCountAPredictionOnceHoweverOftenItComes() {
    byte[] prediction = run.flights.prediction("1", 1, 0.7, MIDNIGHT, "JFK");
    run.champion(1);
    run.predictions.pipeInput("1", prediction);
    run.predictions.pipeInput("1", prediction);
    run.labels.pipeInput("1", run.flights.arrival(1, MIDNIGHT, 16L));
    run.passed(MIDNIGHT.plus(Duration.ofDays(1)));

    assertThat(run.counts())
        .containsEntry("predictions", 1L)
        .containsEntry("repeated", 1L)
        .containsEntry("outcomes", 1L);
    assertThat(run.metrics().getLast().getPredictions()).isEqualTo(1);
  }

  /** Serving writes none, but the topic may hold what another has written. */
  @Test
  void shouldTakeAScoreThatIsNoNumberForNone() {
    run.predictions.pipeInput(
        "1", run.flights.prediction("1", 1, Double.POSITIVE_INFINITY, MIDNIGHT, "JFK"));
    run.labels.pipeInput("1", run.flights.arrival(1, MIDNIGHT, 16L));
    run.labels.pipeInput("2", run.flights.arrival(2, MIDNIGHT, 16L));
    run.predictions.pipeInput("2", run.flights.prediction("2", 1, Double.NaN, MIDNIGHT, "JFK"));
    run.predictions.pipeInput("3", run.flights.prediction("3", 1, 0.5, MIDNIGHT, "JFK"));
    run.labels.pipeInput("3", run.flights.arrival(3, MIDNIGHT, 16L));

    assertThat(run.outcomes()).extracting(TestRecord::key).containsExactly("3");
    assertThat(run.counts())
        .containsEntry("predictions", 3L)
        .containsEntry("labelsWithoutValue", 2L);
  }

  @Test
  void shouldAskForOneRunWhenTheLiveMetricFallsTwice() {
    run.champion(1);
    run.fact(
        ControlTopic.DATASETS,
        "flights/a/1",
        run.flights.part("a", 1000, MIDNIGHT, MIDNIGHT.plus(Duration.ofHours(9))));
    for (int hour = 0; hour < 7; hour++) {
      run.hour(hour, 1, true, "JFK");
    }
    assertThat(MonitorRun.verdicts(run.metrics()))
        .containsExactly(
            "TOO_FEW_WINDOWS",
            "TOO_FEW_WINDOWS",
            "TOO_FEW_WINDOWS",
            "TOO_FEW_WINDOWS",
            "TOO_FEW_WINDOWS",
            "HEALTHY",
            "HEALTHY");
    assertThat(run.alerts()).isEmpty();

    run.hour(7, 1, false, "JFK");
    MetricsMeasured fallen = run.metrics().getLast();
    assertThat(fallen.getVerdict()).isEqualTo("DECAYED");
    assertThat(fallen.getMetrics()).containsEntry("auc", 0.5).containsEntry("accuracy", 0.5);
    assertThat(fallen.getBaseline()).isEqualTo(1);
    assertThat(fallen.getLimit()).isEqualTo(0.92, within(1e-12));
    assertThat(fallen.getClosedBy()).isEqualTo("EVENT_TIME");
    assertThat(run.runs()).isEmpty();

    run.hour(8, 1, false, "JFK");
    run.hour(9, 1, false, "JFK");

    assertThat(run.alerts()) // two scores have become one, which is between them
        .extracting(AlertEvent::getAlert, AlertEvent::getCode)
        .contains(
            org.assertj.core.groups.Tuple.tuple("decay/v1", "MODEL_DECAYED"),
            org.assertj.core.groups.Tuple.tuple("drift/_score", "INPUT_DRIFTED"));
    List<RunStep> runs = run.runs();
    assertThat(runs).hasSize(1);
    RunStep requested = runs.getFirst();
    assertThat(requested.getStep()).isEqualTo("requested");
    assertThat(requested.getRun()).startsWith("20010108T080000-");
    assertThat(Evidence.of(requested).toString())
        .isEqualTo(
            "{\"reason\":\"decay\",\"version\":1,\"metric\":\"auc\",\"window\":{\"start\":"
                + "\"2001-01-08T08:00:00Z\",\"end\":\"2001-01-08T09:00:00Z\"},\"numbers\":"
                + "{\"windows\":2,\"value\":0.5,\"labelled\":20,\"predictions\":20,"
                + "\"baseline\":1.0,\"limit\":0.92,\"firstBaseline\":1.0,\"firstLimit\":0.92,"
                + "\"crossed\":\"both\"},\"since\":\"2001-01-08T07:00:00Z\","
                + "\"rowsSince\":222,\"eventTime\":\"2001-01-08T09:00:00Z\","
                + "\"data\":\"since change\",\"from\":\"2001-01-08T07:00:00Z\"}");
  }

  @Test
  void shouldClearTheAlertAndAskForNothingWhenAnotherVersionIsLive() {
    decayed();
    RunStep requested = run.runs().getFirst();
    run.step(requested.getRun(), "finish", "DONE", "");
    run.champion(2);
    run.think();

    assertThat(run.alerts())
        .extracting(AlertEvent::getAlert, AlertEvent::getCleared)
        .contains(org.assertj.core.groups.Tuple.tuple("decay/v1", true));
    for (int hour = 9; hour < 15; hour++) {
      run.hour(hour, 2, true, "JFK");
    }
    assertThat(run.runs()).isEmpty();
    assertThat(run.metrics().getLast().getVerdict()).isEqualTo("HEALTHY");
  }

  @Test
  void shouldAskAgainOnlyAfterTheCooldownWhenTheRunChangesNothing() {
    decayed();
    RunStep requested = run.runs().getFirst();
    run.step(requested.getRun(), "finish", "DONE", "");
    run.hour(9, 1, false, "JFK");
    assertThat(run.runs()).isEmpty();

    run.hour(10, 1, false, "JFK");

    assertThat(run.runs())
        .singleElement()
        .satisfies(again -> assertThat(again.getRun()).startsWith("20010108T100000-"));
  }

  @Test
  void shouldAskAgainAtOnceWhenTheRequestCameSecond() {
    decayed();
    String first = run.runs().getFirst().getRun();
    run.step(first, "fail", "FAILED", "RUN_ALREADY_OPEN");
    run.think();

    assertThat(run.runs()).extracting(RunStep::getRun).containsExactly(first + "-2");
  }

  @Test
  void shouldAskForTheFirstModelByRowsAndAgainAfterHalfAsManyMore() {
    Instant noon = MIDNIGHT.plus(Duration.ofHours(12));
    run.fact(ControlTopic.DATASETS, "flights/a/1", run.flights.part("a", 99, MIDNIGHT, noon));
    run.think();
    assertThat(run.runs()).isEmpty();
    run.fact(ControlTopic.DATASETS, "flights/b/1", run.flights.part("b", 2, MIDNIGHT, noon));
    run.fact(ControlTopic.DATASETS, "flights/b/1", run.flights.part("b", 2, MIDNIGHT, noon));
    run.think();
    run.think();

    RunStep first = run.runs().getFirst();
    assertThat(first.getRun()).startsWith("0-rows-000000000100-");
    assertThat(first.getEvidence()).contains("\"reason\":\"first\"").contains("\"rows\":101");
    run.step(first.getRun(), "finish", "DONE", "");
    run.fact(ControlTopic.DATASETS, "flights/c/1", run.flights.part("c", 49, MIDNIGHT, noon));
    run.think();
    assertThat(run.runs()).isEmpty();
    run.fact(ControlTopic.DATASETS, "flights/d/1", run.flights.part("d", 1, MIDNIGHT, noon));
    run.think();

    assertThat(run.runs())
        .singleElement()
        .satisfies(again -> assertThat(again.getRun()).startsWith("0-rows-000000000151-"));
  }

  @Test
  void shouldEndARunThatNothingIsHeardOf() {
    run.step("r1", "requested", "DONE", "");
    run.driver.advanceWallClockTime(Duration.ofMinutes(29));
    assertThat(run.runs()).isEmpty();
    run.driver.advanceWallClockTime(Duration.ofMinutes(2));

    assertThat(run.runs())
        .singleElement()
        .satisfies(
            end -> {
              assertThat(end.getStep()).isEqualTo("fail");
              assertThat(end.getCode()).isEqualTo("RUN_TIMED_OUT");
            });
  }

  @Test
  void shouldRaiseAnAlertForAFailedRunUntilOneEndsWell() {
    run.step("r1", "requested", "DONE", "");
    run.step("r1", "fail", "FAILED", "ONE_CLASS_ONLY", "{\"step\":\"transform\"}");
    run.think();

    AlertEvent alert = run.alerts().getFirst();
    assertThat(alert.getAlert()).isEqualTo("run-failed/r1");
    assertThat(alert.getCode()).isEqualTo("ONE_CLASS_ONLY");
    assertThat(alert.getMessage()).startsWith("run r1 failed in step transform: ONE_CLASS_ONLY");
    assertThat(alert.getCleared()).isFalse();

    run.step("r2", "requested", "DONE", "");
    run.step("r3", "requested", "DONE", "");
    run.step("r3", "fail", "FAILED", "RUN_ALREADY_OPEN");
    run.think();
    assertThat(run.alerts()).isEmpty();
    run.step("r2", "finish", "DONE", "");
    run.think();

    assertThat(run.alerts())
        .extracting(AlertEvent::getAlert, AlertEvent::getCleared)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("run-failed/r1", true));
  }

  @Test
  void shouldRaiseAnAlertForAnInputThatARunLeavesOutUntilOneTakesIt() {
    run.step("r1", "requested", "DONE", "");
    run.step(
        "r1",
        "transform",
        "DONE",
        "",
        "{\"leftOut\":[{\"input\":\"origin\",\"code\":\"INPUT_ALL_MISSING\"}]}");
    run.think();

    AlertEvent alert = run.alerts().getFirst();
    assertThat(alert.getAlert()).isEqualTo("input-left-out/origin");
    assertThat(alert.getCode()).isEqualTo("INPUT_ALL_MISSING");
    run.step("r1", "finish", "DONE", "");
    run.step("r2", "requested", "DONE", "");
    run.think();
    assertThat(run.alerts()).isEmpty();
    run.step("r2", "transform", "DONE", "", "{\"leftOut\":[]}");
    run.think();

    assertThat(run.alerts())
        .extracting(AlertEvent::getAlert, AlertEvent::getCleared)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("input-left-out/origin", true));
  }

  @Test
  void shouldTellDriftFromTheWindowBefore() {
    run.champion(1);
    run.hour(0, 1, true, "JFK");
    run.hour(1, 1, true, "JFK");
    run.hour(2, 1, true, "KJFK");

    List<DriftMeasured> origin =
        run.drift().stream()
            .filter(d -> d.getField().equals("origin") && d.getKind().equals("DRIFT"))
            .toList();
    assertThat(origin)
        .extracting(
            DriftMeasured::getVerdict, DriftMeasured::getJsdBits, DriftMeasured::getLInfinity)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("NOT_JUDGED", null, null),
            org.assertj.core.groups.Tuple.tuple("WITHIN", 0.0, 0.0),
            org.assertj.core.groups.Tuple.tuple("EXCEEDED", 1.0, 1.0));
    assertThat(origin.getLast().getCount()).isEqualTo(20);
    assertThat(origin.getLast().getReferenceCount()).isEqualTo(20);
    assertThat(run.alerts()).extracting(AlertEvent::getAlert).containsExactly("drift/origin");
    run.hour(3, 1, true, "KJFK");
    assertThat(run.alerts())
        .extracting(AlertEvent::getAlert, AlertEvent::getCleared)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("drift/origin", true));
    assertThat(run.drift()).extracting(DriftMeasured::getField).doesNotContain("hour", "weekday");
  }

  @Test
  void shouldTellLongStringsApartByTheirHash() {
    String long1 = "J".repeat(70_000);
    run.champion(1);
    run.hour(0, 1, true, long1);
    run.hour(1, 1, true, long1);
    run.hour(2, 1, true, long1 + "K");

    assertThat(run.drift().stream().filter(d -> d.getField().equals("origin")))
        .filteredOn(d -> d.getKind().equals("DRIFT"))
        .extracting(DriftMeasured::getJsdBits)
        .containsExactly(null, 0.0, 1.0);
  }

  @Test
  void shouldAskForOneRunWhenAnInputDrifts() {
    askOn("drift", 2);
    run.champion(1);
    run.hour(0, 1, true, "JFK");
    run.hour(1, 1, true, "JFK");
    run.hour(2, 1, true, "KJFK");

    RunStep requested = run.runs().getFirst();
    assertThat(Evidence.of(requested).path("reason").asText()).isEqualTo("drift");
    assertThat(Evidence.of(requested).path("feature").asText()).isEqualTo("origin");
    run.step(requested.getRun(), "finish", "DONE", "");
    run.champion(2);
    for (int hour = 3; hour < 8; hour++) {
      run.hour(hour, 2, true, "KJFK");
    }
    assertThat(run.runs()).isEmpty();

    run.hour(8, 2, true, "LAX");
    assertThat(run.runs()).hasSize(1);
  }

  @Test
  void shouldAskForOneRunWhenTheInputsAreNotThoseOfTheTraining() {
    askOn("skew", 1);
    run.flights.trainedOn =
        new TrainingReferences(Map.of("origin", Reference.texts(Map.of("LAX", 500L), 0, 0)));
    run.champion(1);
    run.hour(0, 1, true, "JFK");
    run.hour(1, 1, true, "JFK");

    assertThat(run.runs())
        .singleElement()
        .satisfies(
            requested -> {
              assertThat(Evidence.of(requested).path("reason").asText()).isEqualTo("skew");
              assertThat(Evidence.of(requested).path("feature").asText()).isEqualTo("origin");
            });
  }

  @Test
  void shouldTellSkewFromWhatTheVersionWasTrainedOn() {
    run.flights.trainedOn =
        new TrainingReferences(
            Map.of(
                "origin", Reference.texts(Map.of("LAX", 500L), 0, 0),
                "distance_miles", Reference.numbers(List.of(500.0, 600.0), List.of(500L), 0)));
    run.champion(1);
    run.hour(0, 1, true, "JFK");

    Map<String, DriftMeasured> skew = new java.util.HashMap<>();
    run.drift().stream()
        .filter(d -> d.getKind().equals("SKEW"))
        .forEach(d -> skew.put(d.getField(), d));
    assertThat(skew.get("origin").getVerdict()).isEqualTo("EXCEEDED");
    assertThat(skew.get("origin").getVersion()).isEqualTo(1);
    assertThat(skew.get("origin").getReferenceCount()).isEqualTo(500);
    assertThat(skew.get("distance_miles").getVerdict()).isEqualTo("WITHIN");
    assertThat(skew.get("_score").getReason()).isEqualTo("NO_REFERENCE");
    assertThat(run.alerts()).extracting(AlertEvent::getAlert).containsExactly("skew/origin");
  }

  /** One that answers the same always, and is no worse than it was, has not decayed. */
  @Test
  void shouldAskForNothingOfAConstantChampionNorOfOneThatWasRolledBack() {
    run.champion(1);
    for (int hour = 0; hour < 7; hour++) {
      run.hour(hour, 1, false, "JFK");
    }
    assertThat(run.metrics().getLast().getVerdict()).isEqualTo("HEALTHY");
    run.champion(2);
    run.hour(7, 2, true, "JFK");
    run.fact(ControlTopic.MODELS, "flights@champion/3", run.flights.champion(1, 3));
    run.hour(7, 1, false, "JFK");
    run.hour(8, 1, false, "JFK");

    assertThat(verdictsByVersion(run.metrics()))
        .containsEntry("7/1", "HEALTHY")
        .containsEntry("8/1", "HEALTHY")
        .containsEntry("7/2", "TOO_FEW_WINDOWS");
    assertThat(run.runs()).isEmpty();
  }

  private static Map<String, String> verdictsByVersion(List<MetricsMeasured> metrics) {
    Map<String, String> last = new java.util.TreeMap<>();
    metrics.forEach(
        m ->
            last.put(
                Duration.between(MIDNIGHT, m.getWindowStart()).toHours() + "/" + m.getVersion(),
                m.getReason().isEmpty() ? m.getVerdict() : m.getReason()));
    return last;
  }

  /**
   * @param signal that asks for a new model
   * @param against so many hours before is the window that inputs are compared with
   */
  private void askOn(String signal, int against) {
    run.close();
    String retrain = "on: [%s], firstAfter: 100, cooldown: 2h, warn: [decay]".formatted(signal);
    run = new MonitorRun(new FlightsFixture(1, retrain, 2, against));
  }

  private void decayed() {
    run.champion(1);
    for (int hour = 0; hour < 7; hour++) {
      run.hour(hour, 1, true, "JFK");
    }
    run.hour(7, 1, false, "JFK");
    run.hour(8, 1, false, "JFK");
  }
}
