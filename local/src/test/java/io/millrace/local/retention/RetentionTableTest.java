package io.millrace.local.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RetentionTableTest {
  private static final String TOLD =
      """
      {"pipeline": "flights",
       "retention": {"parts": "PT2160H", "models": "PT4320H", "quarantine": "PT36H"},
       "held": %s, "done": false,
       "folders": {
         "models": {"kept": {"live": {"files": 3, "bytes": 999}},
           "young": {"files": 0, "bytes": 0}, "goes": {"files": 0, "bytes": 0}},
         "parts": {"kept": {"announced": {"files": 1234, "bytes": 1234567}},
           "young": {"files": 2, "bytes": 2000}, "goes": {"files": 5760, "bytes": 5000000000},
           "gone": {"files": 1, "bytes": 12}}}}
      """;

  @Test
  void shouldShowWhyFilesAreKeptAndWhichWouldGo() throws IOException {
    RetentionTable table = table(TOLD.formatted("[]"));

    assertThat(table.isHeld()).isFalse();
    assertThat(table.hasFailed()).isFalse();
    assertThat(table.lines())
        .containsExactly(
            "flights keeps parts 90d, models 180d, quarantine 36h",
            "folder       why                               files        bytes",
            "models       the version is or was live            3        999 B",
            "parts        its rows count                    1,234       1.2 MB",
            "parts        put lately, stays for now             2       2.0 kB",
            "parts        nothing, would go                 5,760       5.0 GB",
            "parts        nothing, gone                         1         12 B");
  }

  @Test
  void shouldSayWhatHoldsAll() throws IOException {
    RetentionTable table =
        table(
            TOLD.formatted(
                "[{\"code\": \"RUN_ALREADY_OPEN\", \"reason\": \"the run r is open\"}]"));

    assertThat(table.isHeld()).isTrue();
    assertThat(table.lines())
        .last()
        .isEqualTo("nothing goes for now: RUN_ALREADY_OPEN: the run r is open");
  }

  @Test
  void shouldShowAllPipelinesAndWhichFailed() throws IOException {
    RetentionTable table =
        table(
            """
            {"held": [{"code": "TOPIC_MISSING", "reason": "there is no topic millrace.runs"}],
             "pipelines": [%s, %s],
             "failed": [{"pipeline": "rain", "code": "STORE_UNAVAILABLE", "message": "away"}]}
            """
                .formatted(TOLD.formatted("[]"), TOLD.formatted("[]")));

    assertThat(table.hasFailed()).isTrue();
    assertThat(table.isHeld()).isTrue();
    assertThat(table.lines())
        .hasSize(17)
        .endsWith(
            "rain failed: STORE_UNAVAILABLE: away",
            "nothing goes for now: TOPIC_MISSING: there is no topic millrace.runs");
  }

  private static RetentionTable table(String told) throws IOException {
    return new RetentionTable(new ObjectMapper().readTree(told));
  }
}
