package io.millrace.trainer.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.trainer.trees.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private final List<JsonNode> said = new ArrayList<>();
  private long nanos = -3_000_000_000L;
  private final TrainingProgress progress = new TrainingProgress(said::add, () -> nanos);

  @Test
  void shouldSpeakAtMostTwiceASecond() {
    for (int round = 1; round <= 100; round++) {
      progress.learned(new Round(round, 100, "auc", 0.6));
      nanos += TimeUnit.MILLISECONDS.toNanos(50);
    }

    // Given 5 s, at 0.0, 0.5, … 4.5
    assertThat(said)
        .extracting(word -> word.get("round").asInt())
        .containsExactly(1, 11, 21, 31, 41, 51, 61, 71, 81, 91);
  }

  @Test
  void shouldOnlyGoForward() {
    progress.read(500, 1000);
    nanos += TimeUnit.SECONDS.toNanos(1);
    progress.read(500, 1000);
    nanos += TimeUnit.SECONDS.toNanos(1);
    progress.learned(new Round(50, 100, "rmse", Double.NaN));
    nanos += TimeUnit.SECONDS.toNanos(1);
    progress.checks();

    assertThat(said)
        .extracting(word -> word.get("phase").asText())
        .containsExactly("read", "read", "learn", "check");
    double[] shares = said.stream().mapToDouble(word -> word.get("share").asDouble()).toArray();
    assertThat(shares).containsExactly(new double[] {0.1, 0.2, 0.55, 0.9}, within(1e-9));
    assertThat(said.get(2).toString())
        .isEqualTo(
            "{\"phase\":\"learn\",\"share\":0.55,\"round\":50,\"rounds\":100,\"metric\":\"rmse\"}");
  }
}
