package io.millrace.contracts.values;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.TimeNotation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFormTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          INT       | 7                                | 7
          INT       | -7                               | -7
          INT       | 3.0                              | 3
          INT       | 1e3                              | 1000
          INT       | -0                               | 0
          INT       | 9223372036854775807              | 9223372036854775807
          INT       | -9223372036854775808             | -9223372036854775808
          INT       | 9007199254740993.0               | 9007199254740993
          FLOAT     | 7                                | 7.0
          FLOAT     | 2.5                              | 2.5
          FLOAT     | -0.0                             | 0.0
          FLOAT     | 1e-400                           | 0.0
          FLOAT     | 1.7976931348623157e308           | 1.7976931348623157E308
          FLOAT     | 123456789012345678901234567890   | 1.2345678901234568E29
          BOOL      | true                             | true
          BOOL      | false                            | false
          STRING    | "text"                           | text
          STRING    | "7"                              | 7
          STRING    | "null"                           | null
          STRING    | "\\ud83d\\ude00"                 | 😀
          TIMESTAMP | 0                                | 0
          TIMESTAMP | 980000000123                     | 980000000123000
          TIMESTAMP | -1                               | -1000
          TIMESTAMP | 1.0                              | 1000
          TIMESTAMP | "1970-01-01T00:00:00Z"           | 0
          TIMESTAMP | "1970-01-01T00:00:01"            | 1000000
          TIMESTAMP | "1970-01-01T00:01"               | 60000000
          TIMESTAMP | "1970-01-01 00:00:02"            | 2000000
          TIMESTAMP | "1970-01-01T01:00:00.000001+01:00" | 1
          TIMESTAMP | "1970-01-01T01:00:00+0100"       | 0
          TIMESTAMP | "1969-12-31T23:59:59.999999Z"    | -1
          TIMESTAMP | "1970-01-01T00:00:00.123456789Z" | 123456
          TIMESTAMP | "2000-02-29T00:00:00Z"           | 951782400000000
          """)
  void shouldConvertWhenTheFormFits(Scalar scalar, String json, String expected) throws Exception {
    Converted converted =
        JsonForm.convert(FieldType.of(scalar), TimeNotation.DEFAULT, JSON.readTree(json));

    assertThat(converted)
        .isInstanceOfSatisfying(
            Converted.Value.class,
            value -> assertThat(value.value().toString()).isEqualTo(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          INT       | "7"                      | expected INT, got the string "7"
          INT       | 7.5                      | expected INT (a whole number of 64 bits), got the number 7.5
          INT       | 9223372036854775808      | expected INT (a whole number of 64 bits), got the number 9223372036854775808
          INT       | 1e999999999              | expected INT (a whole number of 64 bits), got the number 1E+999999999
          INT       | 1e-999999999             | expected INT (a whole number of 64 bits), got the number 1E-999999999
          INT       | true                     | expected INT, got true
          INT       | []                       | expected INT, got an array
          INT       | {}                       | expected INT, got an object
          FLOAT     | "2.5"                    | expected FLOAT, got the string "2.5"
          FLOAT     | "NaN"                    | expected FLOAT, got the string "NaN"
          FLOAT     | 1e400                    | expected FLOAT (64 bits), got the number 1E+400
          FLOAT     | 1e999999999              | expected FLOAT (64 bits), got the number 1E+999999999
          FLOAT     | false                    | expected FLOAT, got false
          BOOL      | 1                        | expected BOOL, got the number 1
          BOOL      | "true"                   | expected BOOL, got the string "true"
          STRING    | 7                        | expected STRING, got the number 7
          STRING    | true                     | expected STRING, got true
          STRING    | ["a"]                    | expected STRING, got an array
          STRING    | "\\ud83d"                | expected STRING, got half of a surrogate pair, which UTF-8 cannot carry
          STRING    | "\\ude00\\ud83d"         | expected STRING, got half of a surrogate pair, which UTF-8 cannot carry
          TIMESTAMP | "yesterday"              | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the string "yesterday"
          TIMESTAMP | "2001-02-30T00:00:00Z"   | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the string "2001-02-30T00:00:00Z"
          TIMESTAMP | "2001-01-01 "            | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the string "2001-01-01 "
          TIMESTAMP | "980000000123"           | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the string "980000000123"
          TIMESTAMP | ""                       | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the string ""
          TIMESTAMP | 1.5                      | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the number 1.5
          TIMESTAMP | 9223372036854775807      | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the number 9223372036854775807
          TIMESTAMP | "+999999999-01-01T00:00" | expected TIMESTAMP (ISO-8601, or whole milliseconds since 1970), got the string "+999999999-01-01T00:00"
          TIMESTAMP | true                     | expected TIMESTAMP, got true
          """)
  void shouldRefuseWhenTheFormDoesNotFit(Scalar scalar, String json, String message)
      throws Exception {
    Converted converted =
        JsonForm.convert(FieldType.of(scalar), TimeNotation.DEFAULT, JSON.readTree(json));

    assertThat(converted).isEqualTo(new Converted.WrongForm(message));
  }

  @ParameterizedTest
  @CsvSource({"INT", "FLOAT", "BOOL", "STRING", "TIMESTAMP"})
  void shouldBeMissingWhenNull(Scalar scalar) throws Exception {
    assertThat(JsonForm.convert(FieldType.of(scalar), TimeNotation.DEFAULT, JSON.readTree("null")))
        .isEqualTo(new Converted.Missing());
    assertThat(
            JsonForm.convert(
                new FieldType(scalar, true), TimeNotation.DEFAULT, JSON.readTree("null")))
        .isEqualTo(new Converted.Missing());
  }

  @Test
  void shouldConvertListsWhenEveryElementFits() throws Exception {
    assertThat(list(Scalar.INT, "[1, 2.0]")).isEqualTo(new Converted.Value(List.of(1L, 2L)));
    assertThat(list(Scalar.FLOAT, "[1, 2.5]")).isEqualTo(new Converted.Value(List.of(1.0, 2.5)));
    assertThat(list(Scalar.BOOL, "[true]")).isEqualTo(new Converted.Value(List.of(true)));
    assertThat(list(Scalar.STRING, "[]")).isEqualTo(new Converted.Value(List.of()));
    assertThat(list(Scalar.TIMESTAMP, "[1, \"1970-01-01T00:00:00\"]"))
        .isEqualTo(new Converted.Value(List.of(1_000L, 0L)));
  }

  @Test
  void shouldRefuseListsWhenOneElementDoesNotFit() throws Exception {
    assertThat(list(Scalar.INT, "[1, \"2\"]"))
        .isEqualTo(
            new Converted.WrongForm("value 1 of the list: expected INT, got the string \"2\""));
    assertThat(list(Scalar.INT, "[1, null]"))
        .isEqualTo(new Converted.WrongForm("value 1 of the list is null"));
    assertThat(list(Scalar.INT, "[[1]]"))
        .isEqualTo(new Converted.WrongForm("value 0 of the list: expected INT, got an array"));
    assertThat(list(Scalar.STRING, "\"a\""))
        .isEqualTo(new Converted.WrongForm("expected list of STRING, got the string \"a\""));
  }

  private static Converted list(Scalar scalar, String json) throws Exception {
    return JsonForm.convert(new FieldType(scalar, true), TimeNotation.DEFAULT, JSON.readTree(json));
  }
}
