package io.millrace.contracts.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaNamesTest {
  @Test
  void shouldBeginWithMillraceWhereNothingIsSaid() {
    assertThat(KafkaNames.topic("runs")).isEqualTo("millrace.runs");
    assertThat(KafkaNames.group("validator-flights")).isEqualTo("millrace-validator-flights");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "acme2", "abcdefghijklmnopqrstuvwxyz01234"})
  void shouldTakeAPrefix(String prefix) {
    assertThat(KafkaNames.checked(prefix)).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a-b",
        "a.b",
        "a_b",
        "A",
        "1a",
        "_a",
        "a b",
        "abcdefghijklmnopqrstuvwxyz012345"
      })
  void shouldRefuseAPrefixThatCouldBeginAnother(String prefix) {
    assertThatThrownBy(() -> KafkaNames.checked(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MILLRACE_PREFIX");
  }
}
