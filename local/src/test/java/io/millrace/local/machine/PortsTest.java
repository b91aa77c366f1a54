package io.millrace.local.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void shouldUseTheDefaultPortsWhenTheBaseIsZero() {
    assertThat(all(new Ports(0)))
        .containsExactly(8080, 8090, 9092, 9093, 6379, 8081, 8082, 6566, 8084, 8085, 8501, 8087);
  }

  @Test
  void shouldShiftEveryPortByTheBase() {
    assertThat(all(new Ports(20_000)))
        .containsExactly(
            28080, 28090, 29092, 29093, 26379, 28081, 28082, 26566, 28084, 28085, 28501, 28087);
  }

  @Test
  void shouldGiveInstancesPortsOfTheirOwn() {
    Ports ports = new Ports(0);
    Set<Integer> taken = new HashSet<>(all(ports));

    for (Service service : Service.values()) {
      for (int instance = 2; instance <= 9; instance++) {
        assertThat(taken.add(ports.service(service, instance)))
            .as(service.instanceName(instance))
            .isTrue();
      }
    }
  }

  @Test
  void shouldRefuseABaseThatLeavesNoRoom() {
    assertThatThrownBy(() -> new Ports(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Ports(60_000)).hasMessageContaining("56442");
  }

  private static List<Integer> all(Ports ports) {
    return List.of(
        ports.registry(),
        ports.registryManagement(),
        ports.broker(),
        ports.controller(),
        ports.redis(),
        ports.service(Service.INGEST, 1),
        ports.service(Service.VALIDATOR, 1),
        ports.service(Service.TRANSFORMER, 1),
        ports.service(Service.TRAINER, 1),
        ports.service(Service.EVALUATOR, 1),
        ports.service(Service.SERVING, 1),
        ports.service(Service.MONITOR, 1));
  }
}
