package io.millrace.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.containers.Engine.Ended;
import io.millrace.local.machine.Service;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A container by itself. */
@Tag("containers")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ImagesKT {
  private static final Engine engine = Engine.withImages();

  @ParameterizedTest
  @EnumSource(Service.class)
  void shouldRefuseToStartWithAClearLineWhereItsNeighboursAreNotNamed(Service service)
      throws Exception {
    Ended ended = engine.run(engine.create(service.serviceName()));

    assertThat(ended.exitCode()).as(ended.log()).isEqualTo(1);
    assertThat(ended.log().lines().filter(line -> line.contains("SETTINGS_MISSING"))).hasSize(1);
    assertThat(ended.log()).contains("KAFKA_BOOTSTRAP_SERVERS").doesNotContain("\tat ");
  }
}
