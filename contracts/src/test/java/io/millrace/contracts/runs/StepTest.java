package io.millrace.contracts.runs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepTest {
  @ParameterizedTest
  @EnumSource
  void shouldFindAKnownStepByItsText(Step.Known step) {
    assertThat(Step.of(step.text())).isEqualTo(step);
  }

  @Test
  void shouldCarryAStepOfANewerVersionAlong() {
    assertThat(Step.of("canary")).isEqualTo(new Step.Unknown("canary"));
  }
}
