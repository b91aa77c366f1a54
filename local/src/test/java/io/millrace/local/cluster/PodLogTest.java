package io.millrace.local.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodLogTest {
  private final List<String> shown = new ArrayList<>();
  private final PodLog log = new PodLog(shown::add);

  @Test
  void shouldShowEachLineOnceWhenItIsReadAgain() throws Exception {
    read(
        """
        2026-12-01T10:00:00.000000001Z one
        2026-12-01T10:00:00.000000001Z of the same time
        2026-12-01T10:00:00.5Z\u0020
        """);
    assertThat(log.since()).contains(Instant.parse("2026-12-01T10:00:00.5Z"));
    read(
        """
        2026-12-01T10:00:00.000000001Z one
        2026-12-01T10:00:00.000000001Z of the same time
        2026-12-01T10:00:00.5Z\u0020
        2026-12-01T10:00:00.500000001Z   two
        """);

    assertThat(shown).containsExactly("one", "of the same time", "", "  two");
  }

  @Test
  void shouldHandOnWhatHasNoTime() throws Exception {
    read("unable to retrieve container logs\n");

    assertThat(shown).containsExactly("unable to retrieve container logs");
    assertThat(log.since()).isEmpty();
  }

  private void read(String text) throws Exception {
    log.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }
}
