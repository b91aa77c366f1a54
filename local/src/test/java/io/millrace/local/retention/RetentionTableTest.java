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
       "held": %s, "done": %s,
       "folders": {
         "models": {"kept": {"live": {"files": 3, "bytes": 999}},
           "young": {"files": 0, "bytes": 0}, "goes": {"files": 0, "bytes": 0}},
         "parts": {"kept": {"announced": {"files": 1234, "bytes": 1234567}},
           "young": {"files": 2, "bytes": 2000}, "goes": {"files": 5760, "bytes": 5000000000}}}}
      """;

  @Test
  void shouldShowWhyFilesAreKeptAndWhichWouldGo() throws IOException {
    assertThat(RetentionTable.lines(new ObjectMapper().readTree(TOLD.formatted(false, false))))
        .containsExactly(
            "flights keeps parts 90d, models 180d, quarantine 36h",
            "folder       why                               files        bytes",
            "models       the version is or was live            3        999 B",
            "parts        its rows count                    1,234       1.2 MB",
            "parts        put lately, stays for now             2       2.0 kB",
            "parts        nothing, would go                 5,760       5.0 GB");
  }

  @Test
  void shouldSayThatARunHoldsAll() throws IOException {
    assertThat(RetentionTable.lines(new ObjectMapper().readTree(TOLD.formatted(true, false))))
        .last()
        .isEqualTo("a run is open: nothing goes until it has ended");
  }
}
