package io.millrace.local.running;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** The instances behind one name, as compose and a headless Service have them. */
final class HostAddresses {
  private HostAddresses() {}

  /**
   * Each address of a name; the name itself where it has but one, is this machine's, or stands in a
   * certificate. One that has addresses of both kinds has each instance in both.
   */
  static List<URI> each(URI named) {
    if (!"http".equals(named.getScheme())) {
      return List.of(named);
    }
    try {
      return each(named, InetAddress.getAllByName(named.getHost()));
    } catch (UnknownHostException e) {
      return List.of(named); // said by whoever asks there
    }
  }

  static List<URI> each(URI named, InetAddress... all) {
    List<InetAddress> fourth = Arrays.stream(all).filter(Inet4Address.class::isInstance).toList();
    List<InetAddress> instances = fourth.isEmpty() ? List.of(all) : fourth;
    if (instances.size() < 2 || instances.stream().anyMatch(InetAddress::isLoopbackAddress)) {
      return List.of(named);
    }
    String port = named.getPort() == -1 ? "" : ":" + named.getPort();
    return instances.stream().map(one -> URI.create("http://" + host(one) + port)).toList();
  }

  private static String host(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet4Address ? text : "[" + text.replaceFirst("%.*", "") + "]";
  }
}
