package io.millrace.validator.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.validator.FakeRegistry;
import io.millrace.validator.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

final class PatientRegistryTest {
  private static final Schema SCHEMA = Schema.create(Schema.Type.LONG);

  private final FakeRegistry registry = new FakeRegistry();
  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final PatientRegistry patient = new PatientRegistry(registry, clock);

  @Test
  void shouldPassOnWhatTheRegistryKnows() {
    registry.add(1, SCHEMA);

    assertThat(patient.schema(1)).contains(SCHEMA);
    assertThat(patient.schema(2)).isEmpty();
    assertThat(patient.isPatienceOver()).isFalse();
  }

  @Test
  void shouldAskOnceASecondWhileTheRegistryIsAway() {
    registry.setAway(true);
    askInVain();
    clock.advance(Duration.ofMillis(999));
    askInVain();
    assertThat(registry.asked()).isEqualTo(1);

    clock.advance(Duration.ofMillis(1));
    askInVain();

    assertThat(registry.asked()).isEqualTo(2);
  }

  @Test
  void shouldLoseItsPatienceAfterThirtySecondsAndFindItAgain() {
    registry.setAway(true);
    askInVain();
    clock.advance(PatientRegistry.PATIENCE.minusMillis(1));
    assertThat(patient.isPatienceOver()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(patient.isPatienceOver()).isTrue();

    registry.setAway(false);
    assertThat(patient.schema(1)).isEmpty();

    assertThat(patient.isPatienceOver()).isFalse();
  }

  @Test
  void shouldAskOnceASecondForAnIdThatIsUnknown() {
    assertThat(patient.schema(1)).isEmpty();
    assertThat(patient.schema(1)).isEmpty();
    assertThat(registry.asked()).isEqualTo(1);

    registry.add(1, SCHEMA);
    clock.advance(Duration.ofSeconds(1));

    assertThat(patient.schema(1)).contains(SCHEMA);
  }

  private void askInVain() {
    assertThatThrownBy(() -> patient.schema(1)).isInstanceOf(RegistryUnavailableException.class);
  }
}
