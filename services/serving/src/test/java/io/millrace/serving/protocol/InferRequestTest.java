package io.millrace.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millrace.contracts.errors.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferRequestTest {
  private static final int MAX_ROWS = 3;

  @Test
  void shouldReadInputsIdAndOutputs() {
    InferRequest request =
        parse(
            """
            {"id": "a-1", "parameters": {"any": 1},
             "inputs": [
               {"name": "origin", "shape": [2, 1], "datatype": "BYTES", "data": [["JFK"], [null]]},
               {"name": "miles", "shape": [2], "datatype": "INT32", "data": [475, -1]}],
             "outputs": [{"name": "score", "parameters": {"binary_data": false}}]}""");

    assertThat(request.id()).isEqualTo(Optional.of("a-1"));
    assertThat(request.outputs()).containsExactly("score");
    assertThat(request.inputs().rows()).isEqualTo(2);
    assertThat(request.inputs().columns())
        .containsOnlyKeys("origin", "miles")
        .containsEntry("origin", Arrays.asList("JFK", null))
        .containsEntry("miles", List.of(475L, -1L));
  }

  @ParameterizedTest
  @CsvSource({
    "'[2, 1]', '[1.5, 2]'",
    "'[2]', '[1.5, 2]'",
    "'[2, 1]', '[[1.5], [2]]'",
    "'[2]', '[[1.5], [2]]'"
  })
  void shouldTakeDataNestedOrFlat(String shape, String data) {
    assertThat(values(shape, "FP32", data)).containsExactly(1.5, 2.0);
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, true",
    "UINT8, 255",
    "UINT16, 65535",
    "UINT32, 4294967295",
    "UINT64, 18446744073709551615",
    "INT8, -128",
    "INT16, -32768",
    "INT32, -2147483648",
    "INT64, -9223372036854775808",
    "FP16, 65504",
    "FP32, 3.4e38",
    "FP64, -1.7e308",
    "BYTES, '\"\"'"
  })
  void shouldTakeEveryDatatype(String datatype, String value) {
    assertThat(values("[1]", datatype, "[" + value + "]")).hasSize(1).doesNotContainNull();
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 1", "UINT8, 256", "UINT8, -1", "UINT64, 18446744073709551616", "INT8, 128",
    "INT64, 9223372036854775808", "INT32, 1.0", "INT32, '\"1\"'", "FP16, 70000", "FP32, 1e39",
    "FP32, '\"1\"'", "FP64, true", "BYTES, 1", "STRING, '\"a\"'", "FP32, '{}'"
  })
  void shouldRefuseAValueThatIsNotOfItsDatatype(String datatype, String value) {
    assertRefused(tensor("[1]", datatype, "[" + value + "]"), ErrorCode.WRONG_DATATYPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e999"})
  void shouldRefuseNumbersThatAreNotFinite(String value) {
    assertRefused(tensor("[1]", "FP64", "[" + value + "]"), ErrorCode.NOT_FINITE);
  }

  @ParameterizedTest
  @CsvSource({
    "'[]', '[1]'",
    "'[1, 2]', '[1, 2]'",
    "'[1, 1, 1]', '[1]'",
    "'[-1]', '[1]'",
    "'[1.5]', '[1]'",
    "'2', '[1, 2]'",
    "'[2]', '[1]'",
    "'[2]', '[1, 2, 3]'",
    "'[1]', '[[1, 2]]'",
    "'[1]', '[[[1]]]'",
    "'[2]', '[[1], 2]'",
    "'[2]', '[1, [2]]'",
    "'[1]', '[[]]'"
  })
  void shouldRefuseAShapeThatIsNotAColumn(String shape, String data) {
    assertRefused(tensor(shape, "INT64", data), ErrorCode.WRONG_SHAPE);
  }

  @Test
  void shouldRefuseColumnsOfDifferentLengths() {
    assertRefused(
        """
        {"inputs": [
          {"name": "a", "shape": [1], "datatype": "INT64", "data": [1]},
          {"name": "b", "shape": [2], "datatype": "INT64", "data": [1, 2]}]}""",
        ErrorCode.WRONG_SHAPE);
  }

  @Test
  void shouldRefuseAnEmptyBatch() {
    assertRefused("{\"inputs\": []}", ErrorCode.EMPTY_BATCH);
    assertRefused(tensor("[0, 1]", "INT64", "[]"), ErrorCode.EMPTY_BATCH);
  }

  @Test
  void shouldRefuseAnOversizedBatchByItsShape() {
    assertRefused(tensor("[4]", "INT64", "[1]"), ErrorCode.BATCH_TOO_LARGE);
    assertRefused(tensor("[9223372036854775807]", "INT64", "[]"), ErrorCode.BATCH_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "null", "{\"inputs\": []} x", "{\"id\": \"a\", \"id\": \"b\"}"})
  void shouldRefuseMalformedJson(String body) {
    assertRefused(body, ErrorCode.MALFORMED_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"inputs\": {}}",
        "{\"inputs\": [1]}",
        "{\"id\": 1, \"inputs\": []}",
        "{\"inputs\": [{\"name\": \"a\", \"shape\": [1], \"datatype\": \"INT64\"}]}",
        "{\"inputs\": [{\"name\": \"a\", \"shape\": [1], \"datatype\": \"INT64\", \"data\": [1]}], \"outputs\": [1]}"
      })
  void shouldRefuseWhatIsNotOfTheProtocol(String body) {
    assertRefused(body, ErrorCode.INVALID_REQUEST);
  }

  @Test
  void shouldRefuseAnInputThatIsGivenTwice() {
    String input = "{\"name\": \"a\", \"shape\": [1], \"datatype\": \"INT64\", \"data\": [1]}";

    assertRefused("{\"inputs\": [" + input + "," + input + "]}", ErrorCode.INVALID_REQUEST);
  }

  private static List<Object> values(String shape, String datatype, String data) {
    return parse(tensor(shape, datatype, data)).inputs().columns().get("x");
  }

  private static String tensor(String shape, String datatype, String data) {
    return "{\"inputs\": [{\"name\": \"x\", \"shape\": %s, \"datatype\": \"%s\", \"data\": %s}]}"
        .formatted(shape, datatype, data);
  }

  private static void assertRefused(String body, ErrorCode code) {
    assertThatThrownBy(() -> parse(body))
        .asInstanceOf(type(InferenceException.class))
        .extracting(InferenceException::code)
        .isEqualTo(code);
  }

  private static InferRequest parse(String body) {
    return InferRequest.parse(body.getBytes(StandardCharsets.UTF_8), MAX_ROWS);
  }
}
