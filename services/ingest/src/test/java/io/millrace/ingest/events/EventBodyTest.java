package io.millrace.ingest.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventBodyTest {
  private static final EventBody BODY = new EventBody(new EventReader(stream(), schema()));

  @Test
  void shouldReadOneObject() {
    List<Event> events =
        events(EventBody.Form.JSON, " {\"id\": 7, \"time\": 978307200001, \"name\": null} ");

    assertThat(events).extracting(Event::id).containsExactly("7");
    assertThat(events).extracting(Event::time).containsExactly(978_307_200_001_000L);
    assertThat(events.getFirst().value().get("name")).isNull();
  }

  @Test
  void shouldReadAnArrayInItsOrder() {
    assertThat(
            events(
                EventBody.Form.JSON,
                "[{\"id\": 7, \"time\": 978307200001}, {\"time\": \"2001-01-01T00:00:00\", \"id\": 8}]"))
        .extracting(Event::id)
        .containsExactly("7", "8");
  }

  @Test
  void shouldReadNothingWhenTheArrayIsEmpty() {
    assertThat(events(EventBody.Form.JSON, "[]")).isEmpty();
  }

  @Test
  void shouldReadLinesWhateverEndsThem() {
    assertThat(
            events(
                EventBody.Form.NDJSON,
                "{\"id\": 7, \"time\": 978307200001}\r\n\n {\"id\": 8, \"time\": 978307200001}\n{\"id\": 9, \"time\": 978307200001}"))
        .extracting(Event::id)
        .containsExactly("7", "8", "9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\t", "\r\n\r\n"})
  void shouldRefuseWhenThereIsNothing(String body) {
    for (EventBody.Form form : EventBody.Form.values()) {
      assertThat(refused(form, body).code()).isEqualTo(ErrorCode.EMPTY_BODY);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"id": 7, "time":                                                    | MALFORMED_JSON     | 0 |
          {"id": 7, "time": NaN}                                               | MALFORMED_JSON     | 0 |
          {"id": 7, "time": Infinity}                                          | MALFORMED_JSON     | 0 |
          {"id": 7, "id": 7, "time": 978307200001}                             | MALFORMED_JSON     | 0 |
          {"id": 07, "time": 978307200001}                                     | MALFORMED_JSON     | 0 |
          {'id': 7, 'time': 1}                                                 | MALFORMED_JSON     | 0 |
          {"id": 1e99999999999, "time": 978307200001}                          | MALFORMED_JSON     | 0 |
          {"id": 7, "time": 978307200001} {"id": 8, "time": 978307200001}      | MALFORMED_JSON     | 0 |
          [{"id": 7, "time": 978307200001}, {"id": 8 "time": 978307200001}]| MALFORMED_JSON | 1 |
          [{"id": 7, "time": 978307200001}, {"id": 8, "time": 978307200001}| MALFORMED_JSON | 2 |
          [{"id": 7, "time": 978307200001},]                                   | MALFORMED_JSON     | 1 |
          [{"id": 7, "time": 978307200001}, 5]                                 | WRONG_TYPE         | 1 |
          [[{"id": 7, "time": 978307200001}]]                                  | WRONG_TYPE         | 0 |
          "text"                                                               | WRONG_TYPE         | 0 |
          null                                                                 | WRONG_TYPE         | 0 |
          [{"id": 7, "time": 978307200001}, {"id": "8", "time": 978307200001}] | WRONG_TYPE         | 1 | id
          {"id": 7, "time": 978307200001, "nam": "x"}                          | UNKNOWN_FIELD      | 0 | nam
          {"time": 978307200001}                                               | NO_ID              | 0 | id
          {"id": null, "time": 978307200001}                                   | NO_ID              | 0 | id
          [{"id": 7, "time": 978307200001}, {"id": 8}]                         | NO_TIME            | 1 | time
          {"id": 7, "time": 978307200}                                         | TIME_BEFORE_DOMAIN | 0 | time
          {"id": 7, "time": 978307200001000}                                   | TIME_AFTER_DOMAIN  | 0 | time
          {"id": 7, "time": 978307200001000000}                                | WRONG_TYPE         | 0 | time
          {"id": 7, "time": "0001-03-24"}                                      | TIME_BEFORE_DOMAIN | 0 | time
          """)
  void shouldNameRowAndFieldWhenRefusing(String body, ErrorCode code, int row, String field) {
    EventBody.Reading.Refused refused = refused(EventBody.Form.JSON, body);

    assertThat(refused.code()).as(refused.message()).isEqualTo(code);
    assertThat(refused.row()).isEqualTo(OptionalInt.of(row));
    assertThat(refused.field()).isEqualTo(Optional.ofNullable(field));
  }

  @Test
  void shouldGuessTheUnitThatWasMeant() {
    assertThat(refused(EventBody.Form.JSON, "{\"id\": 7, \"time\": 978307200}").message())
        .isEqualTo(
            "1970-01-12T07:45:07.200Z is not in the years 1971 to 2100; perhaps seconds that were taken for milliseconds, and 2001-01-01T00:00:00Z is meant");
    assertThat(refused(EventBody.Form.JSON, "{\"id\": 7, \"time\": 978307200000000000}").message())
        .endsWith(
            "perhaps nanoseconds that were taken for milliseconds, and 2001-01-01T00:00:00Z is meant");
  }

  /** It would be refused by the validator, as nothing can be kept by it. */
  @Test
  void shouldRefuseAnIdThatIsTooLongForAKey() {
    int most = Limit.KEY_FIELD_CHARACTERS.most();
    EventBody texts =
        new EventBody(
            new EventReader(
                stream(Scalar.STRING),
                SchemaBuilder.record("millrace.test.Rides")
                    .fields()
                    .optionalString("id")
                    .optionalLong("time")
                    .endRecord()));
    String event = "{\"id\": \"%s\", \"time\": 978307200001}";

    assertThat(
            texts.read(
                EventBody.Form.JSON,
                event.formatted("i".repeat(most)).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EventBody.Reading.Events.class);
    assertThat(
            texts.read(
                EventBody.Form.JSON,
                event.formatted("i".repeat(most + 1)).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            EventBody.Reading.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.STRING_TOO_LONG);
              assertThat(refused.field()).contains("id");
              assertThat(refused.message()).startsWith("1025 characters");
            });
  }

  @Test
  void shouldCountLinesFromZeroWhenRefusingOne() {
    EventBody.Reading.Refused refused =
        refused(
            EventBody.Form.NDJSON,
            "{\"id\": 7, \"time\": 978307200001}\n\n{\"id\": 8, \"time\": }\n");

    assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED_JSON);
    assertThat(refused.row()).isEqualTo(OptionalInt.of(2));
  }

  @Test
  void shouldRefuseTwoValuesInALine() {
    assertThat(
            refused(
                    EventBody.Form.NDJSON,
                    "{\"id\": 7, \"time\": 978307200001} {\"id\": 8, \"time\": 978307200001}")
                .code())
        .isEqualTo(ErrorCode.MALFORMED_JSON);
  }

  @Test
  void shouldSuggestTheFieldThatWasMeant() {
    assertThat(
            refused(EventBody.Form.JSON, "{\"id\": 7, \"time\": 978307200001, \"nmae\": 1}")
                .message())
        .endsWith("did you mean name?");
    assertThat(
            refused(EventBody.Form.JSON, "{\"id\": 7, \"time\": 978307200001, \"colour\": 1}")
                .message())
        .endsWith("its fields are id, time, name");
  }

  @Test
  void shouldRefuseDepthAndLengthBeyondReason() {
    String deep = "{\"id\": " + "[".repeat(100_000);
    String digits = "{\"id\": " + "9".repeat(100_000) + ", \"time\": 978307200001}";

    assertThat(refused(EventBody.Form.JSON, deep).code()).isEqualTo(ErrorCode.MALFORMED_JSON);
    assertThat(refused(EventBody.Form.JSON, digits).code()).isEqualTo(ErrorCode.MALFORMED_JSON);
  }

  @Test
  void shouldRefuseBytesThatAreNotUtf8() {
    byte[] body =
        "{\"id\": 7, \"time\": 978307200001, \"name\": \"?\"}".getBytes(StandardCharsets.UTF_8);
    body[body.length - 3] = (byte) 0xff;

    assertThat(BODY.read(EventBody.Form.JSON, body))
        .isInstanceOfSatisfying(
            EventBody.Reading.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED_JSON));
  }

  private static List<Event> events(EventBody.Form form, String body) {
    return switch (BODY.read(form, body.getBytes(StandardCharsets.UTF_8))) {
      case EventBody.Reading.Events read -> read.events();
      case EventBody.Reading.Refused refused -> throw new AssertionError(refused);
    };
  }

  private static EventBody.Reading.Refused refused(EventBody.Form form, String body) {
    return switch (BODY.read(form, body.getBytes(StandardCharsets.UTF_8))) {
      case EventBody.Reading.Events read -> throw new AssertionError(read);
      case EventBody.Reading.Refused refused -> refused;
    };
  }

  private static Stream stream() {
    return stream(Scalar.INT);
  }

  private static Stream stream(Scalar id) {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Scalar> field :
        List.of(
            Map.entry("id", id),
            Map.entry("time", Scalar.TIMESTAMP),
            Map.entry("name", Scalar.STRING))) {
      fields.put(
          field.getKey(),
          new Field(field.getKey(), FieldType.of(field.getValue()), false, new Domain.Any(), 0, 1));
    }
    return new Stream(
        "rides",
        Stream.Role.EXAMPLE,
        "id",
        "time",
        fields,
        Duration.ofMinutes(5),
        Duration.ofDays(7),
        Optional.empty(),
        Optional.empty());
  }

  private static org.apache.avro.Schema schema() {
    return SchemaBuilder.record("millrace.test.Rides")
        .fields()
        .optionalLong("id")
        .optionalLong("time")
        .optionalString("name")
        .endRecord();
  }
}
