package io.millrace.messaging.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class WaitingRegistryTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("Event").fields().requiredString("id").endRecord();

  @Test
  void shouldAskAgainUntilTheRegistryIsBack() {
    Away away = new Away(2, new RegistryUnavailableException("no answer"));

    Optional<Schema> schema = new WaitingRegistry(away, Duration.ofMinutes(1)).schema(7);

    assertThat(schema).contains(SCHEMA);
    assertThat(away.asked).isEqualTo(3);
  }

  @Test
  void shouldGiveUpWhenItsPatienceIsOver() {
    RegistryUnavailableException cause = new RegistryUnavailableException("no answer");
    Away away = new Away(Integer.MAX_VALUE, cause);

    assertThatThrownBy(() -> new WaitingRegistry(away, Duration.ofMillis(300)).schema(7))
        .isSameAs(cause);

    assertThat(away.asked).isGreaterThan(1);
  }

  @Test
  void shouldNotAskOneAgainThatRefuses() {
    Away away = new Away(Integer.MAX_VALUE, new RegistryRefusedException("401"));

    assertThatThrownBy(() -> new WaitingRegistry(away, Duration.ofMinutes(1)).schema(7))
        .isInstanceOf(RegistryRefusedException.class);

    assertThat(away.asked).isEqualTo(1);
  }

  @Test
  void shouldStopWaitingWhenInterrupted() {
    Away away = new Away(Integer.MAX_VALUE, new RegistryUnavailableException("no answer"));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> new WaitingRegistry(away, Duration.ofMinutes(1)).schema(7))
        .isInstanceOf(RegistryUnavailableException.class);

    assertThat(Thread.interrupted()).isTrue();
  }

  /** Answers, when it has failed often enough. */
  private static final class Away implements SchemaRegistry {
    private final int failures;
    private final RegistryUnavailableException failure;
    private int asked;

    Away(int failures, RegistryUnavailableException failure) {
      this.failures = failures;
      this.failure = failure;
    }

    @Override
    public Registration register(String artifactId, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Registration check(String artifactId, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Schema> schema(int id) {
      asked++;
      if (asked <= failures) {
        throw failure;
      }
      return Optional.of(SCHEMA);
    }
  }
}
