package io.millrace.local.running;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.junit.jupiter.api.Test;

class CountsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldSumWhatTheInstancesTell() throws Exception {
    JsonNode one =
        JSON.readTree(
            "{\"records\":{\"departures\":3},\"examples\":2,\"quarantined\":{\"NO_ID\":1}}");
    JsonNode two = JSON.readTree("{\"records\":{\"departures\":4,\"arrivals\":5},\"examples\":4}");

    Counts counts = Counts.none().plus(one).plus(two).plus(MissingNode.getInstance());

    assertThat(counts.below("records"))
        .containsEntry("departures", 7L)
        .containsEntry("arrivals", 5L);
    assertThat(counts.get("examples")).isEqualTo(6);
    assertThat(counts.below("quarantined")).containsExactly(java.util.Map.entry("NO_ID", 1L));
    assertThat(counts.get("duplicates")).isZero();
  }
}
