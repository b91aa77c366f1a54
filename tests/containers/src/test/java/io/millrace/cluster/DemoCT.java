package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole story in a cluster, told by nobody but the tool. */
@Tag("cluster")
@Tag("full")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class DemoCT {
  @Test
  void shouldCloseTheLoop() throws Exception {
    try (LocalRelease release = new LocalRelease("millrace-ct-demo")) {
      release.apply("");

      String told = release.tool().run("demo", "--once");

      System.out.println(told);
      JsonNode report = Kubectl.JSON.readTree(told.substring(told.indexOf("\n{") + 1));
      assertThat(report.path("checks"))
          .hasSizeGreaterThan(10)
          .allMatch(check -> check.path("passed").asBoolean());
    }
  }
}
