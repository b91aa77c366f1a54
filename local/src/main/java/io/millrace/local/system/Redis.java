package io.millrace.local.system;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.process.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Redis, with an append-only file so that features outlive a restart. */
public final class Redis {
  static final String NAME = "redis";

  /** Arguments of the server, which writes into the folder it runs in. */
  public static final List<String> STORAGE =
      List.of("--save", "", "--appendonly", "yes", "--daemonize", "no");

  private Redis() {}

  static Component component(Installation installation, Home home, Ports ports) {
    Path executable = home.config("redis-server");
    Launch launch =
        new Launch(
            NAME, ports.redis(), command(executable, ports), home.data(NAME), home.log(NAME));
    return new Component(
        launch, () -> install(installation.redisServer(), executable), () -> answers(ports));
  }

  private static List<String> command(Path executable, Ports ports) {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(List.of("--bind", "127.0.0.1", "--port", String.valueOf(ports.redis())));
    command.addAll(STORAGE);
    return command;
  }

  /** The file from the jar is not executable. */
  private static void install(Path from, Path to) {
    try {
      if (!Files.isExecutable(to)) {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        if (!to.toFile().setExecutable(true)) {
          throw new IOException(to + " cannot be made executable");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answers(Ports ports) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.redis()), 500);
      socket.setSoTimeout(500);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }
}
