package io.millrace.messaging.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.Neighbour.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private final AtomicReference<Answer> broker = new AtomicReference<>(new Answer.Accepted());
  private final AtomicReference<Answer> registry = new AtomicReference<>(new Answer.Accepted());
  private final Neighbours neighbours =
      new Neighbours(
          List.of(new Neighbour("kafka", broker::get), new Neighbour("registry", registry::get)));

  @AfterEach
  void stop() {
    neighbours.stop();
  }

  @Test
  void shouldBeReadyUntilOneRefusesAndAgainOnceItTakesUs() {
    assertThat(neighbours.call().getStatus()).as("nobody was asked yet").isEqualTo(Status.UP);

    registry.set(new Answer.Refused(ErrorCode.REGISTRY_REFUSED, "401"));
    await(Status.DOWN, Map.of("kafka", "ACCEPTED", "registry", "REGISTRY_REFUSED"));

    registry.set(new Answer.Accepted());
    await(Status.UP, Map.of("kafka", "ACCEPTED", "registry", "ACCEPTED"));
  }

  @Test
  void shouldBeReadyWhileOneIsAway() {
    broker.set(new Answer.Away("no route"));

    await(Status.UP, Map.of("kafka", "AWAY", "registry", "ACCEPTED"));
  }

  @Test
  void shouldAskAgainAfterAnError() {
    AtomicInteger asked = new AtomicInteger();
    Neighbours all =
        new Neighbours(
            List.of(
                new Neighbour(
                    "kafka",
                    () -> {
                      if (asked.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("unable to create native thread");
                      }
                      return new Answer.Accepted();
                    }),
                new Neighbour("registry", registry::get)));

    await(all, Status.UP, Map.of("kafka", "AWAY", "registry", "ACCEPTED"));
    await(all, Status.UP, Map.of("kafka", "ACCEPTED", "registry", "ACCEPTED"));
    all.stop();
  }

  private void await(Status status, Map<String, Object> data) {
    await(neighbours, status, data);
  }

  private static void await(Neighbours neighbours, Status status, Map<String, Object> data) {
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (true) {
      HealthCheckResponse answer = neighbours.call();
      if (answer.getStatus() == status && answer.getData().equals(Optional.of(data))) {
        return;
      }
      assertThat(System.nanoTime())
          .as("in time; now %s %s", answer.getStatus(), answer.getData())
          .isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }
}
