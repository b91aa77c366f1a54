package io.millrace.messaging.watermarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PeerWatermarksTest {
  private final PeerWatermarks watermarks = new PeerWatermarks();

  @Test
  void shouldBeTheLeastOnceAllHavePassedSomething() {
    watermarks.passed(0, 2, 100);
    assertThat(watermarks.combined()).isEqualTo(Watermarks.NONE);
    watermarks.passed(1, 2, 50);
    assertThat(watermarks.combined()).isEqualTo(50);
    watermarks.passed(1, 2, 40);
    watermarks.passed(1, 2, 60);

    assertThat(watermarks.combined()).isEqualTo(60);
  }

  @Test
  void shouldWaitForOneThatSleepsWhileAnotherIsAwake() {
    sleep();
    watermarks.passed(0, 2, 200);
    assertThat(watermarks.combined()).isEqualTo(100);
    assertThat(watermarks.allIdle()).isFalse();

    watermarks.passed(1, 2, 150);

    assertThat(watermarks.combined()).isEqualTo(150);
  }

  @Test
  void shouldNotCallAllIdleWhileOneHasHeardMore() {
    sleep();
    watermarks.passed(0, 2, 200);
    watermarks.idle(0, 2, 8);
    assertThat(watermarks.allIdle()).isFalse();

    watermarks.passed(1, 2, 200);
    watermarks.idle(1, 2, 8);

    assertThat(watermarks.allIdle()).isTrue();
  }

  @Test
  void shouldNotTakeTheBeginningForATime() {
    watermarks.passed(0, 2, 100);
    watermarks.passed(1, 2, Watermarks.BEGINNING);

    assertThat(watermarks.combined()).isEqualTo(Watermarks.NONE);
  }

  @Test
  void shouldGoOnFromItsBytes() {
    sleep();
    watermarks.passed(0, 2, 120);
    PeerWatermarks again = PeerWatermarks.fromBytes(watermarks.toBytes());
    assertThat(again.toBytes()).isEqualTo(watermarks.toBytes());

    again.passed(1, 2, 110);

    assertThat(again.combined()).isEqualTo(110);
  }

  private void sleep() {
    watermarks.passed(0, 2, 100);
    watermarks.passed(1, 2, 100);
    watermarks.idle(0, 2, 7);
    watermarks.idle(1, 2, 7);
    assertThat(watermarks.allIdle()).isTrue();
  }
}
