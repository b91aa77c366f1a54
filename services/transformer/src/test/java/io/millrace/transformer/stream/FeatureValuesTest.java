package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.limits.Limit;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureValuesTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 129, 255, 256, 500})
  void shouldReadWhatWasWritten(int count) {
    assertThat(count).isLessThanOrEqualTo(Limit.WINDOWED.most());
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 3 == 0 ? null : i % 3 == 1 ? (Object) (long) i : (Object) (double) i;
    }
    ByteBuffer out = ByteBuffer.allocate(FeatureValues.size(values));
    FeatureValues.write(out, values);

    assertThat(out.hasRemaining()).isFalse();
    assertThat(FeatureValues.read(out.flip())).containsExactly(values);
    assertThat(out.hasRemaining()).isFalse();
  }

  /** As it stands in stores and topics since before there could be more than 127. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127})
  void shouldCountInOneByteAsLongAsItFits(int count) {
    ByteBuffer out = ByteBuffer.allocate(1 + 9 * count);
    FeatureValues.write(out, new Object[count]);

    assertThat(out.get(0)).isEqualTo((byte) count);
  }
}
