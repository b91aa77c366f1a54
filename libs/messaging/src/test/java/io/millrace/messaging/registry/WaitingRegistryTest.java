package io.millrace.messaging.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class WaitingRegistryTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("Event").fields().requiredString("id").endRecord();

  private final AtomicInteger said = new AtomicInteger();

  @Test
  void shouldAskAgainUntilTheRegistryIsBack() {
    Away away = new Away(2, new RegistryUnavailableException("no answer"));

    Optional<Schema> schema =
        new WaitingRegistry(away, Duration.ofMinutes(1), said::incrementAndGet).schema(7);

    assertThat(schema).contains(SCHEMA);
    assertThat(away.asked).isEqualTo(3);
  }

  @Test
  void shouldSayOnceThatItWaitsForOneThatIsAwayForLonger() {
    RegistryInMemory untilSaid =
        new RegistryInMemory(7, SCHEMA) {
          @Override
          public Optional<Schema> schema(int id) {
            if (said.get() == 0) {
              throw new RegistryUnavailableException("no answer");
            }
            return super.schema(id);
          }
        };

    WaitingRegistry waiting =
        new WaitingRegistry(untilSaid, Duration.ofMinutes(1), said::incrementAndGet);

    assertThat(waiting.schema(7)).contains(SCHEMA);
    assertThat(waiting.schema(7)).contains(SCHEMA);
    assertThat(said).hasValue(1);
  }

  /** One that is stopped or overloaded takes a question and keeps its answer. */
  @Test
  void shouldSayThatItWaitsForAnAnswerThatDoesNotCome() {
    CountDownLatch spoken = new CountDownLatch(1);
    RegistryInMemory slow =
        new RegistryInMemory(7, SCHEMA) {
          @Override
          public Optional<Schema> schema(int id) {
            try {
              return spoken.await(60, TimeUnit.SECONDS) ? super.schema(id) : Optional.empty();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };

    assertThat(new WaitingRegistry(slow, Duration.ofMinutes(1), spoken::countDown).schema(7))
        .contains(SCHEMA);
  }

  @Test
  void shouldGiveUpWhenItsPatienceIsOver() {
    RegistryUnavailableException cause = new RegistryUnavailableException("no answer");
    Away away = new Away(Integer.MAX_VALUE, cause);

    assertThatThrownBy(
            () ->
                new WaitingRegistry(away, Duration.ofMillis(300), said::incrementAndGet).schema(7))
        .isSameAs(cause);

    assertThat(away.asked).isGreaterThan(1);
  }

  @Test
  void shouldNotAskOneAgainThatRefuses() {
    Away away = new Away(Integer.MAX_VALUE, new RegistryRefusedException("401"));

    assertThatThrownBy(
            () -> new WaitingRegistry(away, Duration.ofMinutes(1), said::incrementAndGet).schema(7))
        .isInstanceOf(RegistryRefusedException.class);

    assertThat(away.asked).isEqualTo(1);
  }

  @Test
  void shouldStopWaitingWhenInterrupted() {
    Away away = new Away(Integer.MAX_VALUE, new RegistryUnavailableException("no answer"));
    Thread.currentThread().interrupt();

    assertThatThrownBy(
            () -> new WaitingRegistry(away, Duration.ofMinutes(1), said::incrementAndGet).schema(7))
        .isInstanceOf(RegistryUnavailableException.class);

    assertThat(Thread.interrupted()).isTrue();
  }

  /** Answers, when it has failed often enough. */
  private static final class Away extends RegistryInMemory {
    private final int failures;
    private final RegistryUnavailableException failure;
    private int asked;

    Away(int failures, RegistryUnavailableException failure) {
      this.failures = failures;
      this.failure = failure;
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
