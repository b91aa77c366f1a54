package io.millrace.local.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.running.Counts;
import io.millrace.messaging.lag.GroupShare;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PipelineStatusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldSayWhatIsWrong() {
    PipelineStatus status =
        new PipelineStatus(
            "flights",
            3,
            Map.of("monitor:8087", "RUNNING"),
            Optional.of(new PipelineStatus.Kept(2, "2026-12-30T00:00:00Z")),
            Map.of("late_1h", "2026-12-01T01:00:00Z"),
            OptionalLong.of(12_000),
            List.of("ONE_CLASS_ONLY: run r1 failed in step transform"),
            Counts.none(),
            Counts.none(),
            Counts.none(),
            Map.of(),
            Map.of(),
            0,
            0);

    assertThat(status.lines())
        .contains(
            "  ALERT ONE_CLASS_ONLY: run r1 failed in step transform",
            "  the live model was trained by version 2 of the file: its windows are kept beside those of version 3 until 2026-12-30T00:00:00Z",
            "  late_1h is whole from 2026-12-01T01:00:00Z on",
            "  new windows are being filled from what is kept of examples and labels: 12,000 records are left");
    assertThat(StatusJson.of(List.of(), List.of(status)))
        .contains("\"alerts\" : [ \"ONE_CLASS_ONLY: run r1 failed in step transform\" ]");
  }

  @Test
  void shouldSayWhichRecordsAreMisplacedAndWhatHelps() throws Exception {
    PipelineStatus status =
        new PipelineStatus(
            "flights",
            3,
            Map.of(),
            Optional.empty(),
            Map.of(),
            OptionalLong.empty(),
            List.of(),
            Counts.none()
                .plus(JSON.readTree("{\"misplaced\": {\"departures\": 12}}"))
                .plus(JSON.readTree("{\"misplaced\": {\"departures\": 3000}}")),
            Counts.none(),
            Counts.none(),
            Map.of(),
            Map.of(),
            0,
            0);

    assertThat(status.lines())
        .anyMatch(line -> line.matches(" +misplaced in departures +3,012"))
        .anyMatch(line -> line.contains("partitioner=murmur2_random"));
    assertThat(StatusJson.of(List.of(), List.of(status)))
        .containsPattern("\"misplaced\" : \\{\\s*\"departures\" : 3012");
  }

  @Test
  void shouldSayWhereThereAreMoreInstancesThanPartitions() {
    GroupShare share = new GroupShare(Set.of("a", "b", "c"), Set.of("c"), 2);
    PipelineStatus status =
        new PipelineStatus(
            "flights",
            3,
            Map.of(),
            Optional.empty(),
            Map.of(),
            OptionalLong.empty(),
            List.of(),
            Counts.none(),
            Counts.none(),
            Counts.none(),
            Map.of(),
            Map.of("millrace-monitor-flights", share, "millrace-serving-flights", share),
            0,
            0);

    String what =
        "3 instances share the work of 2 partitions, and for 1 of them there is none, but copies"
            + " of state at most (c): run 2, or apply a pipeline with more partitions"
            + " (MILLRACE_PARTITIONS)";
    assertThat(status.lines())
        .contains(
            "  IDLE millrace-monitor-flights: " + what,
            "  IDLE millrace-serving-flights: " + what + "; all answer requests");
    assertThat(StatusJson.of(List.of(), List.of(status)))
        .containsPattern("\"idle\" : \\[ \"c\" \\]");
  }

  @Test
  void shouldSayWhatIsWrongAndWhere() throws Exception {
    assertThat(state("{'state': 'RUNNING'}")).isEqualTo("RUNNING");
    assertThat(
            state(
                "{'state': 'FAILED', 'failure': {'code': 'STATE_DAMAGED', 'message': 'too short',"
                    + " 'topic': 'x-changelog', 'partition': 1, 'offset': 17}}"))
        .isEqualTo("FAILED: STATE_DAMAGED at x-changelog-1@17, too short");
    assertThat(
            state(
                "{'state': 'STARTING', 'failure': {'code': 'KAFKA_UNAVAILABLE', 'message': 'm'}}"))
        .isEqualTo("STARTING: KAFKA_UNAVAILABLE, m");
  }

  private static String state(String json) throws Exception {
    return PipelineStatus.state(JSON.readTree(json.replace('\'', '"')));
  }
}
