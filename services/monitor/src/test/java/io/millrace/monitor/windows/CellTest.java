package io.millrace.monitor.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.statistics.histograms.NumberHistogram;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CellTest {
  @Property
  void shouldReadWhatIsWritten(@ForAll double number, @ForAll @IntRange(max = 63) int shift) {
    Cell cell = new Cell.Number(shift, NumberHistogram.key(number) >> shift);

    assertThat(Cell.fromBytes(cell.toBytes())).isEqualTo(cell);
    assertThat(cell.toBytes()).hasSize(2 + (64 - shift + 7) / 8);
  }

  /** 1 has the bits 3f80, of which the sign is turned; -1 has bf80, of which all are. */
  @Test
  void shouldReadTheBucketsOfOld() {
    assertThat(Cell.fromBytes(new byte[] {'n', (byte) 0xbf, (byte) 0x80}))
        .isEqualTo(new Cell.Number(45, NumberHistogram.key(1) >> 45));
    assertThat(Cell.fromBytes(new byte[] {'n', 0x40, 0x7f}))
        .isEqualTo(new Cell.Number(45, NumberHistogram.key(-1) >> 45));
  }

  @Test
  void shouldRefuseWhatIsNoCell() {
    assertThatThrownBy(() -> Cell.fromBytes(new byte[] {'k', 45, 0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cell.fromBytes(new byte[] {'k', 45, 127, 0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cell.fromBytes(new byte[] {'k', 64}))
        .isInstanceOf(RuntimeException.class);
  }
}
