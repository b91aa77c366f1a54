package io.millrace.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Tells which addresses take a connection from where it runs. It has nothing but the JDK. */
final class Prober {
  private static final int TRIES = 2;
  private static final int PATIENCE_MILLIS = 3000;

  /** Until a node knows what rules a pod that has just started. */
  private static final int RULED_MILLIS = 10_000;

  private Prober() {}

  /**
   * Prints those that do, a line each, and then that it is done.
   *
   * @param arguments of the form {@code NAME=HOST:PORT}
   */
  public static void main(String[] arguments) throws InterruptedException {
    Thread.sleep(RULED_MILLIS);
    Arrays.stream(arguments)
        .map(
            target ->
                Thread.ofVirtual()
                    .start(
                        () -> {
                          String address = target.substring(target.indexOf('=') + 1);
                          if (IntStream.range(0, TRIES).anyMatch(i -> takes(address))) {
                            System.out.println("open " + target.substring(0, target.indexOf('=')));
                          }
                        }))
        .toList()
        .forEach(Prober::join);
    System.out.println("done");
  }

  private static boolean takes(String address) {
    int colon = address.lastIndexOf(':');
    InetSocketAddress to =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    try (Socket socket = new Socket()) {
      socket.connect(to, PATIENCE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
