package io.millrace.serving.stream;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class StreamCountsTest {
  @Property
  void shouldComeBackFromItsText(
      @ForAll @LongRange(max = Long.MAX_VALUE) long predictions,
      @ForAll @LongRange(max = Long.MAX_VALUE) long skipped) {
    StreamCounts counts = new StreamCounts(predictions, skipped);

    assertThat(StreamCounts.parse(counts.toString())).isEqualTo(counts);
  }

  @Test
  void shouldBeginAtNothingWhenTheTextIsAnothers() {
    assertThat(StreamCounts.parse("")).isEqualTo(StreamCounts.NONE);
    assertThat(StreamCounts.parse("AbC=")).isEqualTo(StreamCounts.NONE);
  }
}
