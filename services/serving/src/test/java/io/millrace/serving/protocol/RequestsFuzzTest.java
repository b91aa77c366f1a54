package io.millrace.serving.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The doors of V1 and V2. */
class RequestsFuzzTest {
  private static final int MOST_ROWS = 1_000;
  private static final List<String> V1 =
      List.of(
          "{\"instances\": [{\"carrier\": \"AA\", \"distance\": 2475.0, \"late\": null}]}",
          "{\"signature_name\": \"serving_default\", \"inputs\": {\"carrier\": [\"AA\", null],"
              + " \"distance\": [1, 2.5e3]}}",
          "{\"instances\": [{\"carrier\": true}, {\"carrier\": NaN}]}");
  private static final List<String> V2 =
      List.of(
          "{\"id\": \"7\", \"inputs\": [{\"name\": \"carrier\", \"datatype\": \"BYTES\","
              + " \"shape\": [2, 1], \"data\": [\"AA\", \"UA\"]}, {\"name\": \"distance\","
              + " \"datatype\": \"FP64\", \"shape\": [2], \"data\": [[1.5], [2]]}],"
              + " \"outputs\": [{\"name\": \"score\"}]}",
          "{\"inputs\": [{\"name\": \"n\", \"datatype\": \"INT64\", \"shape\": [1],"
              + " \"data\": [9223372036854775807], \"parameters\": {\"binary_data_size\": 4}}]}");

  @Test
  void shouldBearAnyBodyOfV1() {
    fuzz("V1 predict", V1, body -> PredictRequest.parse(body, MOST_ROWS));
  }

  @Test
  void shouldBearAnyBodyOfV2() {
    fuzz("V2 infer", V2, body -> InferRequest.parse(body, MOST_ROWS));
  }

  private static void fuzz(String door, List<String> real, Consumer<byte[]> parser) {
    Fuzz.of(door)
        .run(
            random ->
                random.nextInt(10) == 0
                    ? Mutation.noise(random)
                    : Mutation.ofText(random, real).getBytes(UTF_8),
            body -> {
              try {
                parser.accept(body);
              } catch (InferenceException refused) {
                assertThat(refused.code().status()).isBetween(400, 499);
              }
            });
  }
}
