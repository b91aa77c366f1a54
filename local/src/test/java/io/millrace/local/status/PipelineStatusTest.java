package io.millrace.local.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
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
            List.of("ONE_CLASS_ONLY: run r1 failed in step transform"),
            Counts.none(),
            Counts.none(),
            Counts.none(),
            Map.of(),
            0,
            0);

    assertThat(status.lines()).contains("  ALERT ONE_CLASS_ONLY: run r1 failed in step transform");
    assertThat(StatusJson.of(List.of(), List.of(status)))
        .contains("\"alerts\" : [ \"ONE_CLASS_ONLY: run r1 failed in step transform\" ]");
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
