package io.millrace.local.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineStatusTest {
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
}
