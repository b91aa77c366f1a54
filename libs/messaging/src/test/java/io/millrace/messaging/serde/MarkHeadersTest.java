package io.millrace.messaging.serde;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.Watermarks;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class MarkHeadersTest {
  @Property
  void shouldReadWhatWasWritten(
      @ForAll long cut,
      @ForAll @LongRange(min = Watermarks.BEGINNING, max = Mark.LATEST) long micros,
      @ForAll long round,
      @ForAll boolean idle) {
    Mark mark = idle ? new Mark.Idle(cut, round) : new Mark.Passed(micros, round);
    Headers headers = new RecordHeaders();

    MarkHeaders.add(headers, mark);

    assertThat(MarkHeaders.read(headers)).contains(mark);
  }

  @Test
  void shouldReadAProducersMarkThatHasNoRound() {
    assertThat(MarkHeaders.read(watermark("17"))).contains(new Mark.Passed(17, 0));
    assertThat(MarkHeaders.read(watermark("idle"))).contains(new Mark.Idle(0, 0));
  }

  @Test
  void shouldReadNothingWhereThereIsNoMark() {
    assertThat(MarkHeaders.read(new RecordHeaders())).isEmpty();
    assertThat(MarkHeaders.read(watermark("soon"))).isEmpty();
    assertThat(MarkHeaders.read(watermark(Long.toString(Mark.LATEST)))).isPresent();
    assertThat(MarkHeaders.read(watermark(Long.toString(Mark.LATEST + 1)))).isEmpty();
    assertThat(MarkHeaders.read(watermark(Long.toString(Watermarks.BEGINNING - 1)))).isEmpty();
    assertThat(MarkHeaders.read(new RecordHeaders().add("millrace_watermark", null))).isEmpty();
    assertThat(MarkHeaders.read(watermark("17").add("millrace_round", "x".getBytes(US_ASCII))))
        .isEmpty();
  }

  private static Headers watermark(String text) {
    return new RecordHeaders().add("millrace_watermark", text.getBytes(US_ASCII));
  }
}
