package io.millrace.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmupTest {
  @Test
  void shouldReadWhatItWrote() {
    SortedMap<String, Object> known =
        new TreeMap<>(Map.of("miles", 475L, "heavy", true, "origin", "JFK"));
    SortedMap<String, Object> missing = new TreeMap<>();
    missing.put("miles", null);
    missing.put("origin", null);

    String line = Warmup.line(known, 0.25);
    Warmup warmup = Warmup.parse(List.of(line, Warmup.line(missing, -3)));

    assertThat(line)
        .isEqualTo("{\"inputs\":{\"heavy\":true,\"miles\":475,\"origin\":\"JFK\"},\"score\":0.25}");
    assertThat(warmup.size()).isEqualTo(2);
    assertThat(warmup.expected(1)).isEqualTo(-3);
    Columns columns =
        warmup.columns(
            List.of(
                new OnnxModel.Input("miles", false),
                new OnnxModel.Input("heavy", false),
                new OnnxModel.Input("origin", true)));
    assertThat(columns.numbers("miles")).containsExactly(475, Float.NaN);
    assertThat(columns.numbers("heavy")).containsExactly(1, Float.NaN);
    assertThat(columns.texts("origin")).containsExactly("JFK", "");
  }

  @Test
  void shouldTellOtherAnswersFromRounding() {
    Warmup warmup = Warmup.parse(List.of(Warmup.line(new TreeMap<>(), 0.5)));

    assertThat(warmup.isExpected(0, 0.500001)).isTrue();
    assertThat(warmup.isExpected(0, 0.5001)).isFalse();
    assertThat(warmup.isExpected(0, Double.NaN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"inputs\": {}}", "{\"inputs\": 1, \"score\": 1}", "{"})
  void shouldRefuseWhatIsNoRequest(String line) {
    assertThatThrownBy(() -> Warmup.parse(List.of(line)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
