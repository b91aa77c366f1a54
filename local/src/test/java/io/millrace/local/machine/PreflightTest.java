package io.millrace.local.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
  void shouldPassWhileProcessesAreBeingStarted() throws Exception {
    Map<Integer, String> ports = new TreeMap<>();
    for (int port = 2_301; ports.size() < 20; port++) { // where no client gets one by chance
      try (ServerSocket socket = new ServerSocket(port)) {
        ports.put(socket.getLocalPort(), "validator");
      } catch (BindException e) {
        System.out.println(port + " is another's");
      }
    }
    AtomicBoolean isOver = new AtomicBoolean();
    Thread starting =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!isOver.get()) {
                    try {
                      new ProcessBuilder("true").start().waitFor();
                    } catch (IOException | InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  }
                });
    try {
      for (int round = 0; round < 50; round++) {
        assertThatCode(() -> Preflight.requireFree(ports)).doesNotThrowAnyException();
      }
    } finally {
      isOver.set(true);
      starting.join();
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
  void shouldWarnOfPortsThatClientsMayGet() {
    assertThat(Preflight.warning(List.of(49_092, 48_080, 26_379), "32768\t60999\n"))
        .hasValueSatisfying(
            line -> assertThat(line).contains("port 48080").contains("32768 to 60999"));
    assertThat(Preflight.warning(List.of(9092, 8080, 61_000), "32768\t60999\n")).isEmpty();
    assertThat(Preflight.warning(List.of(9092), "no range")).isEmpty();
  }

  @Test
  void shouldSayHowMuchDiskIsLeftWhenItIsTooLittle() {
    assertThatThrownBy(() -> Preflight.requireDisk(Path.of("home"), 3L << 29, 5L << 30))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("1.5 GiB")
        .hasMessageContaining("5 GiB");
  }
}
