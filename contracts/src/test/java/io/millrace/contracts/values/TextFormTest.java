package io.millrace.contracts.values;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.TimeNotation;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormTest {
  @ParameterizedTest
  @CsvSource({
    "INT, 9007199254740995.0, 9007199254740995",
    "INT, +7, 7",
    "INT, ' 7. ', 7",
    "INT, -9223372036854775808, -9223372036854775808",
    "FLOAT, .5, 0.5",
    "FLOAT, 1., 1.0",
    "FLOAT, -1e3, -1000.0",
    "FLOAT, nan, NaN",
    "FLOAT, -Infinity, -Infinity",
    "FLOAT, inf, Infinity",
    "BOOL, TRUE, true",
    "BOOL, 0, false",
    "STRING, ' 7 ', ' 7 '",
    "STRING, '', ''",
    "TIMESTAMP, 1970-01-01T00:00:01Z, 1000000"
  })
  void shouldConvertTheFormAlone(Scalar scalar, String text, String value) {
    assertThat(TextForm.convert(FieldType.of(scalar), TimeNotation.DEFAULT, text))
        .isInstanceOfSatisfying(
            Converted.Value.class,
            converted -> assertThat(converted.value().toString()).isEqualTo(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "INT | 9223372036854775808 | expected INT (a whole number of 64 bits), got '9223372036854775808'",
        "INT | 1.5 | expected INT, got '1.5'",
        "INT | 1_000 | expected INT, got '1_000'",
        "INT | 0x10 | expected INT, got '0x10'",
        "INT | 1e3 | expected INT, got '1e3'",
        "FLOAT | 1_000 | expected FLOAT, got '1_000'",
        "FLOAT | 1.5d | expected FLOAT, got '1.5d'",
        "FLOAT | 0x1p3 | expected FLOAT, got '0x1p3'",
        "FLOAT | 1e999 | expected FLOAT (64 bits), got '1e999'",
        "FLOAT | 1.234,5 | expected FLOAT (with a decimal point), got '1.234,5'",
        "FLOAT | ? | expected FLOAT, got '?'",
        "BOOL | yes | expected BOOL (true, false, 1 or 0), got 'yes'",
        "TIMESTAMP | 01/03/24 10:00 | expected TIMESTAMP (ISO-8601, as 2001-01-15T08:00:00Z, or the field says its format or unit), got '01/03/24 10:00'",
        "TIMESTAMP | 1700000000 | expected TIMESTAMP (ISO-8601, as 2001-01-15T08:00:00Z, or the field says its format or unit), got '1700000000'"
      })
  void shouldSayWhatWasExpected(Scalar scalar, String text, String message) {
    assertThat(TextForm.convert(FieldType.of(scalar), TimeNotation.DEFAULT, text))
        .isEqualTo(new Converted.WrongForm(message));
  }

  @Test
  void shouldTakeBlankTextForMissingUnlessTextIsExpected() {
    for (Scalar scalar : Scalar.values()) {
      assertThat(TextForm.convert(FieldType.of(scalar), TimeNotation.DEFAULT, "  "))
          .isEqualTo(scalar == Scalar.STRING ? new Converted.Value("  ") : new Converted.Missing());
      assertThat(TextForm.convert(new FieldType(scalar, true), TimeNotation.DEFAULT, " "))
          .isEqualTo(new Converted.Missing());
    }
  }

  @Test
  void shouldNotReadDigitsWithoutEnd() {
    for (Scalar scalar : List.of(Scalar.INT, Scalar.FLOAT)) {
      assertThat(
              TextForm.convert(
                  FieldType.of(scalar), TimeNotation.DEFAULT, "1." + "0".repeat(2_000_000)))
          .isInstanceOf(Converted.WrongForm.class);
    }
  }

  @Test
  void shouldReadListsAsJson() {
    assertThat(TextForm.convert(new FieldType(Scalar.INT, true), TimeNotation.DEFAULT, "[1, 2.0]"))
        .isEqualTo(new Converted.Value(List.of(1L, 2L)));
    assertThat(
            TextForm.convert(new FieldType(Scalar.STRING, true), TimeNotation.DEFAULT, "[\"a\"]"))
        .isEqualTo(new Converted.Value(List.of("a")));
    assertThat(TextForm.convert(new FieldType(Scalar.INT, true), TimeNotation.DEFAULT, "1,2"))
        .isEqualTo(new Converted.WrongForm("expected list of INT (in JSON), got '1,2'"));
    assertThat(TextForm.convert(new FieldType(Scalar.INT, true), TimeNotation.DEFAULT, "[1] [2]"))
        .isEqualTo(new Converted.WrongForm("expected list of INT (in JSON), got '[1] [2]'"));
  }

  @Property
  void shouldKeepEveryNumber(@ForAll long whole, @ForAll double fraction) {
    assertThat(
            TextForm.convert(FieldType.of(Scalar.INT), TimeNotation.DEFAULT, Long.toString(whole)))
        .isEqualTo(new Converted.Value(whole));
    assertThat(
            TextForm.convert(
                FieldType.of(Scalar.FLOAT), TimeNotation.DEFAULT, Double.toString(fraction)))
        .isEqualTo(new Converted.Value(fraction));
  }
}
