package io.millrace.monitor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.monitor.judge.JudgeInput;
import io.millrace.monitor.windows.JudgeMessage;
import io.millrace.monitor.windows.MapCells;
import io.millrace.monitor.windows.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A year of a world in which what makes a flight late turns from one input to another, by less than
 * a degree a week. The inputs themselves stay what they were. A model that knows the world as it
 * was has an AUC of 0.919 at first, and of 0.81 at an angle of 40 degrees. What a partition has
 * counted of a day comes to the judge at once.
 */
class TurningWorldTest {
  private static final int WEEKS = 52;
  private static final int A_DAY = 300;
  private static final double STEEPNESS = 3;

  private MonitorRun run = new MonitorRun(new FlightsFixture(1, daily()));
  private final List<RunStep> requested = new ArrayList<>();
  private final List<AlertEvent> alerts = new ArrayList<>();
  private final List<MetricsMeasured> metrics = new ArrayList<>();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldAskForOneRunInAYearThatTurnsALittleEachWeek() {
    live(40);

    assertThat(requested).hasSize(1);
    assertThat(alerts.getFirst().getAlert()).isEqualTo("decay/v1");
    assertThat(alerts.getFirst().getMessage()).contains("at first it was 0.9");
    assertThat(alerts.getFirst().getEvidence()).contains("\"crossed\":\"first\"");
    assertThat(alerts).filteredOn(alert -> !alert.getCleared()).hasSize(1);
    assertThat(metrics) // of what is usual alone nothing is seen
        .allMatch(m -> m.getLimit() == null || m.getMetrics().get("auc") > m.getLimit());
  }

  @Test
  void shouldAskForNothingInAYearThatStaysWhatItIs() {
    live(0);

    assertThat(requested).isEmpty();
    assertThat(alerts).isEmpty();
  }

  /**
   * @param degrees by which the world turns in the year
   */
  private void live(double degrees) {
    SplittableRandom random = new SplittableRandom(1);
    run.champion(1);
    int version = 1;
    double learnt = 0;
    for (int day = 0; day < 7 * WEEKS; day++) {
      double now = Math.toRadians(degrees * (day / 7) / WEEKS);
      day(day, version, learnt, now, random);
      metrics.addAll(run.metrics());
      alerts.addAll(run.alerts());
      for (RunStep request : run.runs()) {
        requested.add(request);
        version++;
        learnt = now;
        run.step(request.getRun(), "finish", "DONE", "");
        run.fact(ControlTopic.MODELS, "flights/" + version, run.flights.version(version));
        run.fact(
            ControlTopic.MODELS,
            "flights@champion/" + version,
            run.flights.champion(version, version));
      }
    }
  }

  /**
   * @param learnt the angle that the model knows, radians
   * @param angle of the world
   */
  private void day(int day, int version, double learnt, double angle, SplittableRandom random) {
    Instant start = FlightsFixture.MIDNIGHT.plus(Duration.ofDays(day));
    long window = FlightsFixture.micros(start);
    MapCells cells = new MapCells();
    Tally tally = new Tally(cells, Label.Kind.BINARY);
    for (int i = 0; i < A_DAY; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      double score = chance(x, y, learnt);
      tally.predicted(window, version, score, Map.of("origin", "JFK"));
      tally.labelled(window, version, score, random.nextDouble() < chance(x, y, angle) ? 1 : 0);
    }
    cells.snapshots(window).forEach(this::tell);
    long passed = FlightsFixture.micros(start.plus(Duration.ofDays(1)));
    tell(new JudgeMessage.Passed(JudgeMessage.Source.PREDICTIONS, 0, 1, passed));
    tell(new JudgeMessage.Passed(JudgeMessage.Source.LABELS, 0, 1, passed));
    run.think();
  }

  private void tell(JudgeMessage message) {
    run.input("millrace-monitor-flights-judge-repartition")
        .pipeInput("judge", new JudgeInput.Counted(message.toBytes()).toBytes());
  }

  private static double chance(double x, double y, double angle) {
    return 1 / (1 + Math.exp(-STEEPNESS * (Math.cos(angle) * x + Math.sin(angle) * y)));
  }

  private static Pipeline daily() {
    String yaml =
        FlightsFile.text()
            .replace("minExamples: 500", "minExamples: " + A_DAY)
            .replace("within: 48h", "within: 2h");
    return switch (PipelineFile.parse(yaml, "pipeline.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }
}
