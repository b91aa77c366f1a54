package io.millrace.messaging.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PartWritten;
import org.junit.jupiter.api.Test;

class PartsIndexTest {
  private final PartsIndex index = new PartsIndex("flights");

  @Test
  void shouldKeepTheNewestVersionOfEachPartInWhateverOrderTheyCome() {
    PartWritten first = Parts.of(0);
    PartWritten again = PartWritten.newBuilder(first).setVersion(2).setRows(7).build();
    PartWritten other = Parts.of(1);

    assertThat(index.accept(again)).isTrue();
    assertThat(index.accept(first)).as("a lower version").isFalse();
    assertThat(index.accept(again)).as("a repetition").isFalse();
    assertThat(index.accept(other)).isTrue();

    assertThat(index.parts()).containsExactly(again, other);
  }

  @Test
  void shouldPassOverOtherPipelines() {
    assertThat(index.accept(PartWritten.newBuilder(Parts.of(0)).setPipeline("rain").build()))
        .isFalse();
    assertThat(index.parts()).isEmpty();
  }
}
