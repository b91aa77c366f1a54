package io.millrace.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.running.Counts;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuarantinedTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldTellWhatWasRefusedSince() throws Exception {
    Quarantined before = counted("{\"NO_ID\": {\"carts.cart\": 3, \"orders.cart\": 1}}");
    Quarantined after =
        counted(
            "{\"NO_ID\": {\"carts.cart\": 5, \"orders.cart\": 1}, \"NO_VALUE\": {\"carts\": 7}}");

    Quarantined since = after.since(before);

    assertThat(since.reasons()).isEqualTo(Map.of("NO_ID.carts.cart", 2L, "NO_VALUE.carts", 7L));
    assertThat(since.total()).isEqualTo(9);
    assertThat(since.text().lines().map(String::strip))
        .containsExactly(
            "quarantined               9", "2  carts.cart: NO_ID", "7  carts: NO_VALUE");
    assertThat(after.since(after).text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 10, 1000, false", "1, 11, 1000, true", "0.5, 5, 1000, false", "0, 1, 1000, true"})
  void shouldBeExceededByMore(BigDecimal percent, long part, long whole, boolean exceeded) {
    assertThat(new Percent(percent).isExceeded(part, whole)).isEqualTo(exceeded);
  }

  private static Quarantined counted(String fields) throws Exception {
    return Quarantined.of(
        Counts.none().plus(JSON.readTree("{\"quarantinedFields\": " + fields + "}")));
  }
}
