package io.millrace.messaging.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.topics.MillraceHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptValuesTest {
  private final RecordHeaders headers = new RecordHeaders();

  @Test
  void shouldBringBackWhatWasSet() {
    Map<String, @Nullable Object> features = new LinkedHashMap<>();
    features.put("flights", 9_007_199_254_740_993L);
    features.put("share", 0.1 + 0.2);
    features.put("whole", 3.0);
    features.put("nothing", null);
    KeptValues values = new KeptValues(3, true, features);

    new KeptValues(1, false, Map.of("flights", 1L)).set(headers);
    values.set(headers);

    assertThat(KeptValues.read(headers)).contains(values);
  }

  @Test
  void shouldReadNothingWhereThereIsNothing() {
    assertThat(KeptValues.read(headers)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{\"version\":1}",
        "{\"version\":\"1\",\"features\":{}}",
        "{\"version\":1,\"features\":[]}",
        "{\"version\":1,\"features\":{\"a\":\"b\"}}",
        "{\"version\":1,\"features\":{\"a\":{}}}"
      })
  void shouldReadNothingFromWhatIsNone(String foreign) {
    headers.add(MillraceHeaders.KEPT_FEATURES, foreign.getBytes(UTF_8));

    assertThat(KeptValues.read(headers)).isEmpty();
  }

  @Test
  void shouldTakeWhatDoesNotSayWhetherItIsWholeForIncomplete() {
    headers.add(
        MillraceHeaders.KEPT_FEATURES, "{\"version\":1,\"features\":{\"a\":1}}".getBytes(UTF_8));

    assertThat(KeptValues.read(headers).orElseThrow().incomplete()).isTrue();
  }
}
