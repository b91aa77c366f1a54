package io.millrace.artifacts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/** Passes connections on, and changes a text on its way to the server. */
final class Relay implements AutoCloseable {
  private final ServerSocket door;
  private final String text;
  private final String changed;

  /**
   * @param changed as long as the text
   */
  Relay(URI server, String text, String changed) throws IOException {
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.text = text;
    this.changed = changed;
    start(
        () -> {
          while (true) {
            Socket client = door.accept();
            Socket there = new Socket(server.getHost(), server.getPort());
            start(() -> pass(client, there, true));
            start(() -> pass(there, client, false));
          }
        });
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  private void pass(Socket from, Socket to, boolean change) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] some = new byte[1 << 16];
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        String passed = new String(some, 0, read, ISO_8859_1);
        out.write((change ? passed.replace(text, changed) : passed).getBytes(ISO_8859_1));
      }
    }
  }

  private static void start(Passing passing) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                passing.run();
              } catch (IOException e) {
                // an end was closed: there is nothing more to pass on
              }
            });
  }

  private interface Passing {
    void run() throws IOException;
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
