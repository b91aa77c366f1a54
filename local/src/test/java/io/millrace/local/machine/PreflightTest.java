package io.millrace.local.machine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.terminal.CommandFailedException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PreflightTest {
  @Test
  void shouldNamePortAndServiceWhenThePortIsBusy() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = busy.getLocalPort();

      assertThatThrownBy(() -> Preflight.requireFree(Map.of(port, "validator")))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageStartingWith("port " + port + ", which validator needs, is in use")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void shouldPassWhenThePortIsFree() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThatCode(() -> Preflight.requireFree(Map.of(port, "validator")))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldSayHowMuchDiskIsLeftWhenItIsTooLittle() {
    assertThatThrownBy(() -> Preflight.requireDisk(Path.of("home"), 3L << 29, 5L << 30))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("1.5 GiB")
        .hasMessageContaining("5 GiB");
  }
}
