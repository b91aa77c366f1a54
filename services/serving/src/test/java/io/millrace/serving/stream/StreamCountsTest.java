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
      @ForAll @LongRange(max = Long.MAX_VALUE) long skipped,
      @ForAll @LongRange(max = Long.MAX_VALUE) long notFinite) {
    StreamCounts counts = new StreamCounts(predictions, skipped, notFinite);

    assertThat(StreamCounts.parse(counts.toString())).isEqualTo(counts);
  }

  @Test
  void shouldGoOnWithWhatAnEarlierVersionCommitted() {
    assertThat(StreamCounts.parse("predictions=7,skipped=2")).isEqualTo(new StreamCounts(7, 2, 0));
  }

  @Test
  void shouldBeginAtNothingWhenTheTextIsAnothers() {
    assertThat(StreamCounts.parse("")).isEqualTo(StreamCounts.NONE);
    assertThat(StreamCounts.parse("AbC=")).isEqualTo(StreamCounts.NONE);
  }
}
