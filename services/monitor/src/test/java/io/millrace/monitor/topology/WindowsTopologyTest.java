package io.millrace.monitor.topology;

import static io.millrace.monitor.topology.FlightsFixture.MIDNIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.MetricsMeasured;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When windows are closed, and how long their numbers are kept. */
class WindowsTopologyTest {
  private MonitorRun run = new MonitorRun(new FlightsFixture(1));

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldWaitForNearlyAllLabelsOrTheirBound() {
    run.champion(1);
    run.hour(0, 1, true, "JFK", 15);
    assertThat(run.metrics().getLast().getVerdict()).isEqualTo("OPEN");
    run.hour(1, 1, true, "JFK");
    run.hour(2, 1, true, "JFK");

    MetricsMeasured first =
        run.metrics().stream()
            .filter(m -> m.getWindowStart().equals(MIDNIGHT) && !m.getClosedBy().isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(first.getPredictions()).isEqualTo(20);
    assertThat(first.getLabelled()).isEqualTo(15);
    assertThat(first.getRevision()).isGreaterThan(1);
  }

  @Test
  void shouldCloseWindowsOfWhichNoLabelComesAnyMore() {
    run.champion(1);
    run.hour(0, 1, true, "JFK", 10);
    run.idle(run.labels);
    MonitorRun.mark(run.predictions, MIDNIGHT.plus(Duration.ofHours(3)).minusSeconds(1));
    run.think();
    assertThat(run.metrics().getLast().getVerdict()).isEqualTo("OPEN");

    MonitorRun.mark(run.predictions, MIDNIGHT.plus(Duration.ofHours(3)));
    run.think();

    MetricsMeasured closed = run.metrics().getLast();
    assertThat(closed.getClosedBy()).isEqualTo("EVENT_TIME");
    assertThat(closed.getReason()).isEqualTo("TOO_FEW_EXAMPLES");
    assertThat(run.drift()).isNotEmpty();
  }

  /** Labels of which some never come are waited for through more windows than are kept later. */
  @Test
  void shouldCloseEveryWindowThatWaitsForItsLabels() {
    waitForLabels(300);
    run.champion(1);
    int windows = 310;
    for (int hour = 0; hour < windows; hour++) {
      Instant time = MIDNIGHT.plus(Duration.ofHours(hour));
      run.predictions.pipeInput("" + hour, run.flights.prediction("" + hour, 1, 0.5, time, "JFK"));
    }
    run.passed(MIDNIGHT.plus(Duration.ofHours(windows)));
    List<MetricsMeasured> said = new ArrayList<>(run.metrics());
    assertThat(MonitorRun.verdicts(said)).hasSize(windows).contains("OPEN");
    run.passed(MIDNIGHT.plus(Duration.ofHours(windows + 300)));
    said.addAll(run.metrics());

    assertThat(MonitorRun.verdicts(said)).hasSize(windows).doesNotContain("OPEN");
  }

  /** While so many wait for their labels, those that were closed are still compared with. */
  @Test
  void shouldJudgeByClosedWindowsHoweverManyWait() {
    waitForLabels(300);
    run.champion(1);
    for (int hour = 0; hour < 310; hour++) {
      Instant time = MIDNIGHT.plus(Duration.ofHours(hour));
      String id = "never" + hour;
      run.predictions.pipeInput(id, run.flights.prediction(id, 1, 0.5, time, "JFK"));
      if (hour < 10) {
        run.hour(hour, 1, true, "JFK");
      } else if (hour >= 300) {
        run.passed(time.plus(Duration.ofHours(1)));
      }
    }

    List<MetricsMeasured> last =
        run.metrics().stream()
            .filter(m -> m.getWindowStart().equals(MIDNIGHT.plus(Duration.ofHours(8))))
            .toList();
    assertThat(last.getLast().getVerdict()).isEqualTo("HEALTHY");
  }

  @Test
  void shouldCloseAnIdleWindowByWallClockAndSayThatThereIsNoTraffic() {
    run.champion(1);
    run.hour(0, 1, true, "JFK", 10);
    List<MetricsMeasured> before = run.metrics();
    assertThat(before.getLast().getVerdict()).isEqualTo("OPEN");
    run.driver.advanceWallClockTime(Duration.ofMinutes(11));

    MetricsMeasured closed = run.metrics().getLast();
    assertThat(closed.getClosedBy()).isEqualTo("WALL_CLOCK");
    assertThat(closed.getReason()).isEqualTo("TOO_FEW_EXAMPLES");
    assertThat(run.alerts()).extracting(AlertEvent::getAlert).containsExactly("no-traffic");

    run.labels.pipeInput("20", run.flights.arrival(20, MIDNIGHT.plusSeconds(3600), 0L));
    run.think();
    assertThat(run.metrics().getLast().getLabelled()).isEqualTo(11);
    run.hour(1, 1, true, "JFK");
    assertThat(run.alerts())
        .extracting(AlertEvent::getAlert, AlertEvent::getCleared)
        .containsExactly(Tuple.tuple("no-traffic", true));
  }

  /**
   * The AUC of the first five windows is 1; three of them are corrected to 0.975, by 20 late
   * flights each, which makes that their median.
   */
  @Test
  void shouldCompareWithTheFirstWindowsOfAVersionHoweverLongAgoTheyWere() {
    waitForLabels(20);
    run.champion(1);
    for (int hour = 0; hour < 7; hour++) {
      hourWith(0, hour);
    }
    assertThat(run.metrics().getLast().getFirstBaseline()).isEqualTo(1);
    for (int hour = 0; hour < 3; hour++) {
      run.hourWith(5, hour, 1);
    }
    run.think();
    assertThat(run.metrics().getLast().getFirstBaseline()).isEqualTo(0.975);
    for (int hour = 7; hour < 260; hour++) {
      hourWith(7, hour);
    }
    hourWith(10, 260);
    MetricsMeasured before = run.metrics().getLast();
    assertThat(before.getMetrics().get("auc")).isEqualTo(0.9);
    assertThat(before.getVerdict()).isEqualTo("HEALTHY");
    assertThat(before.getBaseline()).isEqualTo(0.93);
    assertThat(before.getFirstBaseline()).isEqualTo(0.975);
    assertThat(run.runs()).isEmpty();

    run = run.restarted();
    hourWith(11, 261);
    hourWith(11, 262);

    MetricsMeasured fallen = run.metrics().getLast();
    assertThat(fallen.getVerdict()).isEqualTo("DECAYED");
    assertThat(fallen.getMetrics().get("auc")).isEqualTo(0.89).isGreaterThan(fallen.getLimit());
    assertThat(fallen.getFirstLimit()).isEqualTo(0.975 - 0.08);
    assertThat(run.runs()).hasSize(1);
    assertThat(run.alerts())
        .extracting(AlertEvent::getMessage)
        .containsExactly(
            "auc of version 1 is 0.8900, at first it was 0.9750 (limit 0.8950);"
                + " usual is 0.9300 (limit 0.8500)");
  }

  private void hourWith(int wrong, int hour) {
    run.hourWith(wrong, hour, 1);
    run.passed(MIDNIGHT.plus(Duration.ofHours(hour + 1)));
  }

  /**
   * @param within so many hours
   */
  private void waitForLabels(int within) {
    run.close();
    run =
        new MonitorRun(
            new FlightsFixture(1, "on: [decay], firstAfter: 100, cooldown: 2h", within, 1));
  }
}
