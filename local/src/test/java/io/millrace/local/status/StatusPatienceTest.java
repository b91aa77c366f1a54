package io.millrace.local.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.machine.Service;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.terminal.CommandFailedException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatusPatienceTest {
  /** As one that is stopped: the system takes its connections, and nobody answers. */
  @Test
  void shouldNotWaitLongForAServiceThatHangs() throws Exception {
    try (ServerSocket hung = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://localhost:" + hung.getLocalPort());
      long begin = System.nanoTime();

      assertThatThrownBy(() -> new PipelineApi(address, Status.PATIENCE).get("rain"))
          .isInstanceOf(CommandFailedException.class);
      assertThat(ServiceHealth.ask(Service.MONITOR, address).state())
          .isEqualTo(ServiceHealth.State.AWAY);

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    }
  }
}
