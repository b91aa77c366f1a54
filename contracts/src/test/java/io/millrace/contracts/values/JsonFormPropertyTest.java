package io.millrace.contracts.values;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.TimeNotation;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What a value says is what arrives, whichever way it is written. */
class JsonFormPropertyTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @Property
  void shouldKeepEveryInteger(@ForAll long value, @ForAll @IntRange(max = 18) int zeros)
      throws Exception {
    String text = new BigDecimal(value).setScale(zeros).toString();

    assertThat(convert(Scalar.INT, text)).isEqualTo(new Converted.Value(value));
  }

  @Property
  void shouldKeepEveryDouble(@ForAll double value) throws Exception {
    Assume.that(value != 0);

    assertThat(convert(Scalar.FLOAT, Double.toString(value))).isEqualTo(new Converted.Value(value));
  }

  @Property
  void shouldKeepEveryText(@ForAll String value) throws Exception {
    boolean utf8 = java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(value);

    Converted converted = convert(Scalar.STRING, JSON.writeValueAsString(value));

    assertThat(converted.equals(new Converted.Value(value))).isEqualTo(utf8);
  }

  @Property
  void shouldKeepEveryMicrosecondInAnyZone(
      @ForAll @LongRange(min = -62_000_000_000_000_000L, max = 250_000_000_000_000_000L)
          long micros,
      @ForAll @IntRange(min = -1080, max = 1080) int offsetMinutes)
      throws Exception {
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(offsetMinutes * 60);
    String zoned = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(offset).toString();
    String local =
        Instant.EPOCH
            .plus(micros, ChronoUnit.MICROS)
            .atOffset(ZoneOffset.UTC)
            .toLocalDateTime()
            .toString();

    assertThat(convert(Scalar.TIMESTAMP, quoted(zoned))).isEqualTo(new Converted.Value(micros));
    assertThat(convert(Scalar.TIMESTAMP, quoted(local))).isEqualTo(new Converted.Value(micros));
  }

  private static Converted convert(Scalar scalar, String json) throws Exception {
    JsonNode node = JSON.readTree(json);
    return JsonForm.convert(FieldType.of(scalar), TimeNotation.DEFAULT, node);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
