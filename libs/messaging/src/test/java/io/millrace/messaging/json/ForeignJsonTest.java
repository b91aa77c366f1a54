package io.millrace.messaging.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ForeignJsonTest {
  private static final int MEBIBYTE = 1 << 20;

  private final JsonMapper json = ForeignJson.mapper().build();

  @Test
  void shouldReadKeysUpToTheirBound() throws JsonProcessingException {
    String longest = "k".repeat(1_000);

    assertThat(json.readTree(object(longest)).path(longest).asInt()).isEqualTo(1);
    assertThatExceptionOfType(JsonProcessingException.class)
        .isThrownBy(() -> json.readTree(object(longest + "k")));
    assertThatExceptionOfType(JsonProcessingException.class)
        .isThrownBy(() -> json.readTree(object(longest + "k").getBytes(StandardCharsets.UTF_8)));
  }

  /** Seen without the bound: 90 MB for each thousand of the longest keys that Jackson takes. */
  @Test
  void shouldNotRememberWhatStrangersCallTheirKeys() {
    System.gc();
    long before = used();

    for (int i = 0; i < 1_000; i++) {
      String key = i + "k".repeat(45_000);
      assertThatExceptionOfType(JsonProcessingException.class)
          .isThrownBy(() -> json.readTree(object(key).getBytes(StandardCharsets.UTF_8)));
    }

    System.gc();
    assertThat((used() - before) / MEBIBYTE).isLessThan(20);
  }

  private static String object(String key) {
    return "{\"" + key + "\": 1}";
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
