package io.millrace.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.serving.protocol.PredictRequest.Form;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictRequestTest {
  private static final int MAX_ROWS = 3;

  @Test
  void shouldReadRows() {
    PredictRequest request =
        parse(
            """
            {"signature_name": "serving_default", "instances": [
              {"origin": "JFK", "miles": 475, "late": true, "delay": 1.5},
              {"delay": null, "origin": {"b64": "TEFY"}, "late": [false], "miles": 3.0}]}""");

    assertThat(request.form()).isEqualTo(Form.ROWS);
    assertThat(request.inputs().rows()).isEqualTo(2);
    assertThat(request.inputs().columns())
        .containsEntry("origin", List.of("JFK", "LAX"))
        .containsEntry("miles", List.of(475L, 3.0))
        .containsEntry("late", List.of(true, false))
        .containsEntry("delay", Arrays.asList(1.5, null));
  }

  @Test
  void shouldReadColumns() {
    PredictRequest request =
        parse("{\"inputs\": {\"origin\": [\"JFK\", \"LAX\"], \"miles\": [[475], [2475]]}}");

    assertThat(request.form()).isEqualTo(Form.COLUMNS);
    assertThat(request.inputs().columns())
        .containsEntry("origin", List.of("JFK", "LAX"))
        .containsEntry("miles", List.of(475L, 2475L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"instances\": []}                                    | EMPTY_BATCH",
        "{\"inputs\": {}}                                       | EMPTY_BATCH",
        "{\"inputs\": {\"a\": []}}                              | EMPTY_BATCH",
        "{\"instances\": [{\"a\":1},{\"a\":1},{\"a\":1},{\"a\":1}]} | BATCH_TOO_LARGE",
        "{\"inputs\": {\"a\": [1, 2, 3, 4]}}                    | BATCH_TOO_LARGE",
        "{\"instances\": [{\"a\": 1, \"b\": 2}, {\"a\": 1}]}    | MISSING_INPUT",
        "{\"instances\": [{\"a\": 1}, {\"a\": 1, \"b\": 2}]}    | UNKNOWN_INPUT",
        "{\"inputs\": {\"a\": [1], \"b\": [1, 2]}}              | WRONG_SHAPE",
        "{\"instances\": [{\"a\": [1, 2]}]}                     | WRONG_SHAPE",
        "{\"inputs\": {\"a\": [[[1]]]}}                         | WRONG_SHAPE",
        "{\"instances\": [{\"a\": {\"b64\": \"?\"}}]}           | WRONG_DATATYPE",
        "{\"instances\": [{\"a\": {}}]}                         | WRONG_DATATYPE",
        "{\"instances\": [{\"a\": NaN}]}                        | NOT_FINITE",
        "{\"inputs\": {\"a\": [-Infinity]}}                     | NOT_FINITE",
        "{\"inputs\": {\"a\": [1e999]}}                         | NOT_FINITE",
        "{}                                                     | INVALID_REQUEST",
        "{\"instances\": [{\"a\": 1}], \"inputs\": {}}          | INVALID_REQUEST",
        "{\"instances\": {\"a\": 1}}                            | INVALID_REQUEST",
        "{\"instances\": [1]}                                   | INVALID_REQUEST",
        "{\"inputs\": [1]}                                      | INVALID_REQUEST",
        "{\"inputs\": {\"a\": 1}}                               | INVALID_REQUEST",
        "{\"signature_name\": \"other\", \"instances\": [1]}    | INVALID_REQUEST"
      })
  void shouldRefuse(String body, ErrorCode code) {
    assertThatThrownBy(() -> parse(body))
        .asInstanceOf(type(InferenceException.class))
        .extracting(InferenceException::code)
        .isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1]", "{\"instances\": [1,]}"})
  void shouldRefuseMalformedJson(String body) {
    assertThatThrownBy(() -> parse(body))
        .asInstanceOf(type(InferenceException.class))
        .extracting(InferenceException::code)
        .isEqualTo(ErrorCode.MALFORMED_JSON);
  }

  private static PredictRequest parse(String body) {
    return PredictRequest.parse(body.getBytes(StandardCharsets.UTF_8), MAX_ROWS);
  }
}
