package io.millrace.ingest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** A connection of HTTP/1.1 by hand, on which one request follows the other. */
final class KeptConnection implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Socket socket;
  private final InputStream in;

  KeptConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Status and headers of an answer, in lower case. */
  record Head(String text) {
    int status() {
      return Integer.parseInt(text.split(" ", 3)[1]);
    }

    boolean asksToLeave() {
      return text.contains("\r\nconnection: close\r\n");
    }
  }

  Head post(String path, String json) throws IOException {
    begin(path, json.length());
    return send(json);
  }

  /** All but the body. */
  void begin(String path, int length) throws IOException {
    write(
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, length));
  }

  /** A part of the body. */
  void write(String part) throws IOException {
    socket.getOutputStream().write(part.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /** What is left of the body; returns the head of the answer, and reads its body. */
  Head send(String rest) throws IOException {
    write(rest);
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed without an answer");
      }
      head.append((char) next);
    }
    String text = head.toString().toLowerCase(Locale.ROOT);
    String length = text.replaceAll("(?s).*\r\ncontent-length: (\\d+)\r\n.*", "$1");
    byte[] unused = in.readNBytes(Integer.parseInt(length));
    return new Head(text);
  }

  /** Waits until the other side closes it, and says nothing before. */
  boolean isClosed() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
