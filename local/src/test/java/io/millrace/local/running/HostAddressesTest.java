package io.millrace.local.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;

class HostAddressesTest {
  private static final URI NAMED = URI.create("http://serving:8501");

  @Test
  void shouldAskEachInstanceBehindOneName() throws Exception {
    assertThat(HostAddresses.each(NAMED, address("10.0.0.1"), address("10.0.0.2")))
        .containsExactly(URI.create("http://10.0.0.1:8501"), URI.create("http://10.0.0.2:8501"));
    assertThat(HostAddresses.each(URI.create("http://a"), address("fd00::1"), address("fd00::2")))
        .containsExactly(
            URI.create("http://[fd00:0:0:0:0:0:0:1]"), URI.create("http://[fd00:0:0:0:0:0:0:2]"));
  }

  @Test
  void shouldCountAnInstanceOnceThatHasAddressesOfBothKinds() throws Exception {
    assertThat(HostAddresses.each(NAMED, address("10.0.0.1"), address("fd00::1")))
        .containsExactly(NAMED);
  }

  @Test
  void shouldKeepTheNameOfThisMachineOfOneThatIsUnknownAndOfTls() throws Exception {
    assertThat(HostAddresses.each(NAMED, address("127.0.0.1"), address("127.0.0.2")))
        .containsExactly(NAMED);
    URI unknown = URI.create("http://nobody.invalid:1");
    assertThat(HostAddresses.each(unknown)).containsExactly(unknown);
    URI secured = URI.create("https://serving");
    assertThat(HostAddresses.each(secured)).containsExactly(secured);
  }

  private static InetAddress address(String text) throws Exception {
    return InetAddress.getByName(text);
  }
}
