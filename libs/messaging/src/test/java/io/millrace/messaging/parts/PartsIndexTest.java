package io.millrace.messaging.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PartWritten;
import java.util.List;
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
  void shouldForgetWhatIsReplacedWithTheSameWordAndRememberNoNames() {
    index.accept(Parts.of(0));
    index.accept(Parts.of(4));
    index.accept(Parts.of(1));
    PartWritten merged = Parts.merged(List.of(Parts.of(0), Parts.of(4)));

    assertThat(index.accept(merged)).isTrue();
    assertThat(index.accept(merged)).as("a repetition").isFalse();
    index.accept(Parts.of(0)); // all is read again
    assertThat(index.accept(merged)).isTrue();

    assertThat(index.parts())
        .containsExactly(
            PartWritten.newBuilder(merged).setReplaces(List.of()).build(), Parts.of(1));
  }

  @Test
  void shouldForgetWhatIsTakenBack() {
    index.accept(Parts.of(0));
    index.accept(PartWritten.newBuilder(Parts.of(1)).setVersion(2).build());

    assertThat(index.delete(PartKey.of(Parts.of(0)))).isTrue();
    assertThat(index.delete(PartKey.of(Parts.of(1)))).as("a lower version").isFalse();
    assertThat(index.delete(new PartKey("rain", Parts.of(1).getPart(), 2))).isFalse();
    assertThat(index.parts()).hasSize(1);
  }

  @Test
  void shouldReadAKeyAsItIsWritten() {
    PartKey key = PartKey.of(Parts.of(0));

    assertThat(PartKey.parse(key.text())).contains(key);
    assertThat(PartKey.parse("flights/1/x")).isEmpty();
    assertThat(PartKey.parse("flights")).isEmpty();
  }

  @Test
  void shouldPassOverOtherPipelines() {
    assertThat(index.accept(PartWritten.newBuilder(Parts.of(0)).setPipeline("rain").build()))
        .isFalse();
    assertThat(index.parts()).isEmpty();
  }
}
