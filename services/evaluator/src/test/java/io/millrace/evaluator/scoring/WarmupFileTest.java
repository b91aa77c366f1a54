package io.millrace.evaluator.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.datasets.Batch;
import io.millrace.onnx.session.OnnxModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmupFileTest {
  @Test
  void shouldWriteMissingAsNullAndInfinitiesAsTheLargestFloat() {
    Batch batch =
        new Batch(
            new String[] {"1", "2", "3"},
            new long[] {1, 2, 3},
            Map.of("miles", new double[] {Double.NaN, 1e300, 7}),
            Map.of("origin", new String[] {"JFK", "", "LGA"}));

    byte[] file =
        WarmupFile.of(
            List.of(new OnnxModel.Input("origin", true), new OnnxModel.Input("miles", false)),
            batch,
            new float[] {0.25f, 0.5f, 0.75f},
            2);

    assertThat(new String(file, UTF_8))
        .isEqualTo(
            """
            {"inputs":{"miles":null,"origin":"JFK"},"score":0.25}
            {"inputs":{"miles":3.4028235E38,"origin":null},"score":0.5}
            """);
  }
}
