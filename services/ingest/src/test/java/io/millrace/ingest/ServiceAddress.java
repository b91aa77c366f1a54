package io.millrace.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One address before several processes, as a cluster has it: each connection stays with the process
 * that it was led to.
 */
final class ServiceAddress implements AutoCloseable {
  private final ServerSocket server;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private volatile int target;

  ServiceAddress(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://localhost:" + server.getLocalPort();
  }

  /** Leads new connections to another port. */
  void leadTo(int other) {
    target = other;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket process = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        process.setTcpNoDelay(true);
        pump(client, process);
        pump(process, client);
      } catch (IOException e) {
        // the test asks for what did not get through
      }
    }
  }

  private void pump(Socket from, Socket to) {
    open.add(from);
    Thread.ofVirtual()
        .start(
            () -> {
              try (from;
                  to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[8192];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                  out.write(buffer, 0, read);
                }
              } catch (IOException e) {
                // one of both has closed it
              }
            });
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Closeable one : open) {
        one.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
