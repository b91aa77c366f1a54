package io.millrace.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.EpochUnit;
import io.millrace.contracts.time.TimeFormat;
import io.millrace.contracts.time.TimeNotation;
import io.millrace.serving.protocol.VersionStatus.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The forms stand in the Open Inference Protocol's and TensorFlow Serving's REST pages. */
class AnswersTest {
  private static final float[] SCORES = {0.25f, 0.1f};

  @Test
  void shouldAnswerInferWithTheIdEchoed() {
    assertJson(
        Answers.infer(
            "flights", 3, Optional.of("a-1"), List.of(), Map.of("k", "v"), "score", SCORES),
        """
        {"model_name": "flights", "model_version": "3", "id": "a-1", "parameters": {"k": "v"},
         "outputs": [{"name": "score", "shape": [2, 1], "datatype": "FP32", "data": [0.25, 0.1]}]}""");
  }

  @Test
  void shouldLeaveOutWhatIsNotThere() {
    assertThat(
            Answers.infer(
                "flights", 3, Optional.empty(), List.of("score"), Map.of(), "score", SCORES))
        .containsOnlyKeys("model_name", "model_version", "outputs");
  }

  @Test
  void shouldRefuseAnOutputThatTheModelDoesNotHave() {
    assertThatThrownBy(() -> Answers.checkOutputs("flights", List.of("value"), "score"))
        .hasMessage("model flights has no output value; it has score");
  }

  @Test
  void shouldAnswerPredictInTheFormOfTheRequest() {
    assertJson(Answers.predict(PredictRequest.Form.ROWS, SCORES), "{\"predictions\": [0.25, 0.1]}");
    assertJson(Answers.predict(PredictRequest.Form.COLUMNS, SCORES), "{\"outputs\": [0.25, 0.1]}");
  }

  @Test
  void shouldTellStatusAsTensorFlowServingAndAsKServe() {
    assertJson(
        VersionStatus.toJson(
            "flights",
            true,
            List.of(
                VersionStatus.of(1, State.AVAILABLE),
                VersionStatus.failed(2, "MODEL_FILE_DAMAGED: other bytes"))),
        """
        {"name": "flights", "ready": true, "model_version_status": [
          {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}},
          {"version": "2", "state": "END", "status":
            {"error_code": "UNAVAILABLE", "error_message": "MODEL_FILE_DAMAGED: other bytes"}}]}""");
  }

  @Test
  void shouldDescribeAModelInBothProtocols() {
    Map<String, Field> inputs = new LinkedHashMap<>();
    inputs.put("departure", field("departure", Scalar.TIMESTAMP, TimeNotation.DEFAULT));
    inputs.put(
        "booked",
        field(
            "booked",
            Scalar.TIMESTAMP,
            new TimeNotation(
                Optional.of(EpochUnit.S), Optional.of(new TimeFormat("dd/MM/uuuu HH:mm")))));
    inputs.put("origin", field("origin", Scalar.STRING, TimeNotation.DEFAULT));
    ModelDescription model = new ModelDescription("flights", List.of(1, 2), inputs, "score");

    assertJson(
        model.toInferMetadata(),
        """
        {"name": "flights", "versions": ["1", "2"], "platform": "onnx_onnxv1",
         "inputs": [{"name": "departure", "datatype": "INT64", "shape": [-1, 1],
                     "parameters": {"unit": "ms"}},
                    {"name": "booked", "datatype": "INT64", "shape": [-1, 1],
                     "parameters": {"unit": "s", "format": "dd/MM/uuuu HH:mm"}},
                    {"name": "origin", "datatype": "BYTES", "shape": [-1, 1]}],
         "outputs": [{"name": "score", "datatype": "FP32", "shape": [-1, 1]}]}""");
    assertJson(
        model.toPredictMetadata(2),
        """
        {"model_spec": {"name": "flights", "signature_name": "", "version": "2"},
         "metadata": {"signature_def": {"signature_def": {"serving_default": {
           "inputs": {
             "departure": {"dtype": "DT_INT64", "name": "departure", "tensor_shape":
               {"dim": [{"size": "-1", "name": ""}], "unknown_rank": false}},
             "booked": {"dtype": "DT_INT64", "name": "booked", "tensor_shape":
               {"dim": [{"size": "-1", "name": ""}], "unknown_rank": false}},
             "origin": {"dtype": "DT_STRING", "name": "origin", "tensor_shape":
               {"dim": [{"size": "-1", "name": ""}], "unknown_rank": false}}},
           "outputs": {
             "score": {"dtype": "DT_FLOAT", "name": "score", "tensor_shape":
               {"dim": [{"size": "-1", "name": ""}], "unknown_rank": false}}},
           "method_name": "tensorflow/serving/predict"}}}}}""");
  }

  private static Field field(String name, Scalar type, TimeNotation notation) {
    return new Field(name, FieldType.of(type), true, new Domain.Any(), 1, 1, notation);
  }

  private static void assertJson(Map<String, Object> actual, String expected) {
    ObjectMapper json = new ObjectMapper();
    try {
      assertThat(json.readTree(json.writeValueAsString(actual))).isEqualTo(json.readTree(expected));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
