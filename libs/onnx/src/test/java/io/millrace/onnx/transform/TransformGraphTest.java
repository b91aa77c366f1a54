package io.millrace.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.Matrix;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.transform.FittedTransform.Bucketize;
import io.millrace.onnx.transform.FittedTransform.Identity;
import io.millrace.onnx.transform.FittedTransform.OneHot;
import io.millrace.onnx.transform.FittedTransform.ScaleToZScore;
import io.millrace.onnx.transform.FittedTransform.Vocabulary;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformGraphTest {
  private static final float[] NUMBERS = {
    -1f, 0f, 1f, 2.5f, 10f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
  };
  private static final float MAX = Float.MAX_VALUE;
  private static final float NAN = Float.NaN;

  @Test
  void shouldLeaveNumbersAndMissingAsTheyAreAndClipInfinities() {
    assertThat(numbers(new Identity("x"))).containsExactly(-1, 0, 1, 2.5f, 10, NAN, MAX, -MAX);
  }

  @Test
  void shouldScaleToZScore() {
    assertThat(numbers(new ScaleToZScore("x", 1, 2)))
        .startsWith(-1, -0.5f, 0, 0.75f, 4.5f, NAN)
        .hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({"0, 1e-3", "3e38, 0.5", "-1e300, 1e300", "0, 1e-300", "1e300, 1e-40"})
  void shouldStayFiniteWhateverTheConstantsAre(double mean, double standardDeviation) {
    float[] scaled = numbers(new ScaleToZScore("x", mean, standardDeviation));
    for (int i = 0; i < scaled.length; i++) {
      assertThat(Float.isInfinite(scaled[i])).as("%s", scaled[i]).isFalse();
      assertThat(Float.isNaN(scaled[i])).isEqualTo(Float.isNaN(NUMBERS[i]));
    }
  }

  @Test
  void shouldRefuseConstantsThatMeanNothing() {
    assertThatThrownBy(() -> new ScaleToZScore("x", NAN, 1)).hasMessageContaining("mean");
    assertThatThrownBy(() -> new ScaleToZScore("x", 0, -1)).hasMessageContaining("deviation");
    assertThatThrownBy(() -> new Bucketize("x", List.of(1.0, 1.0)))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> new Bucketize("x", List.of(Double.NaN)))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> new Vocabulary("x", List.of("a", ""), 1)).hasMessageContaining("\"\"");
    assertThatThrownBy(() -> new Vocabulary("x", List.of("a", "a"), 1))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> new Vocabulary("x", List.of("a"), 257)).hasMessageContaining("257");
    assertThatThrownBy(() -> new OneHot("x", List.of())).hasMessageContaining("no values");
  }

  @Test
  void shouldGiveZeroWhenNothingVaries() {
    assertThat(numbers(new ScaleToZScore("x", 1, 0))).containsExactly(0, 0, 0, 0, 0, NAN, 0, 0);
  }

  @Test
  void shouldCountTheBoundariesThatAreReached() {
    assertThat(numbers(new Bucketize("x", List.of(0.0, 1.0, 10.0))))
        .containsExactly(0, 1, 2, 2, 3, NAN, 3, 0);
  }

  @Test
  void shouldGiveOneBucketWithoutBoundaries() {
    assertThat(numbers(new Bucketize("x", List.of()))).containsExactly(0, 0, 0, 0, 0, NAN, 0, 0);
  }

  @Test
  void shouldGiveThePositionInTheVocabulary() {
    assertThat(texts(new Vocabulary("x", List.of("b", "a"), 1), "a", "b", "c", "", null, "é"))
        .containsExactly(1, 0, 2, NAN, NAN, 2);
    assertThat(texts(new Vocabulary("x", List.of("b", "a"), 0), "a", "c", null))
        .containsExactly(1, -1, NAN);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 256})
  void shouldSpreadUnknownStringsOverBuckets(int buckets) {
    String[] airports = {"JFK", "KJFK", "LAX", "ORD", "KORD", "DFW", "ATL", "x y\nz", "é", "~{}"};
    float[] actual = texts(new Vocabulary("x", List.of("SFO"), buckets), airports);
    for (int i = 0; i < airports.length; i++) {
      assertThat(actual[i])
          .as(airports[i])
          .isEqualTo(1 + OutOfVocabulary.bucket(airports[i], buckets));
    }
    assertThat(texts(new Vocabulary("x", List.of("SFO"), buckets), "SFO", ""))
        .containsExactly(0, NAN);
  }

  @Test
  void shouldUseMostBuckets() {
    assertThat(
            java.util.stream.IntStream.range(0, 2000)
                .mapToObj(i -> "airport " + i)
                .map(name -> OutOfVocabulary.bucket(name, 16))
                .distinct())
        .hasSize(16);
  }

  @Test
  void shouldGiveAColumnForEachValue() {
    assertThat(texts(new OneHot("x", List.of("a", "b")), "a", "b", "c", null))
        .containsExactly(1, 0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void shouldJoinColumnsInOrderAndDeclareASharedInputOnce() {
    List<FittedTransform> transforms =
        List.of(
            new OneHot("s", List.of("a", "b")),
            new Identity("x"),
            new Bucketize("x", List.of(0.0)),
            new Vocabulary("s", List.of("a"), 1));
    try (OnnxModel model = OnnxModel.load(TransformGraph.build(transforms), 1)) {
      assertThat(model.inputs())
          .containsExactly(new OnnxModel.Input("s", true), new OnnxModel.Input("x", false));
      assertThat(model.output()).isEqualTo("features");
      Matrix answer =
          model.run(
              new Columns(2).numbers("x", new float[] {5, -5}).texts("s", new String[] {"a", "z"}));
      assertThat(answer.columns()).isEqualTo(TransformGraph.width(transforms)).isEqualTo(5);
      assertThat(answer.values()).containsExactly(1, 0, 5, 1, 0, 0, 0, -5, 0, 1);
    }
  }

  @Test
  void shouldGiveEqualBytesForEqualTransforms() {
    List<FittedTransform> transforms =
        List.of(new Vocabulary("s", List.of("a"), 9), new ScaleToZScore("x", 1, 2));
    assertThat(TransformGraph.build(transforms)).isEqualTo(TransformGraph.build(transforms));
  }

  @Test
  void shouldGiveBackWhatAFileWasBuiltFrom() {
    List<FittedTransform> transforms =
        List.of(
            new Identity("a"),
            new ScaleToZScore("b", 0.1, 2),
            new Bucketize("c", List.of(1.5)),
            new Vocabulary("d", List.of("x"), 1),
            new OneHot("e", List.of("y")));
    assertThat(TransformGraph.read(TransformGraph.build(transforms))).isEqualTo(transforms);
  }

  @Test
  void shouldRefuseAFileWithoutTransforms() {
    GraphBuilder empty = new GraphBuilder("empty");
    byte[] other = empty.build(new TreeMap<>());
    assertThatThrownBy(() -> TransformGraph.read(other))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TransformGraph.read(new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A field may be called as an operator's output, or the model's own, is called. */
  @ParameterizedTest
  @ValueSource(strings = {"features", "constant_0", "constant_1", "Concat_9", "Sub_0", "IsNaN_3"})
  void shouldTakeInputsWhateverTheyAreCalled(String name) {
    List<FittedTransform> transforms =
        List.of(new ScaleToZScore(name, 1, 2), new Identity("score"), new Identity("other"));
    try (OnnxModel model = OnnxModel.load(TransformGraph.build(transforms), 1)) {
      float[] one = {1};
      Columns columns = new Columns(1).numbers("score", one).numbers("other", one);

      assertThat(model.output()).isEqualTo(TransformGraph.FEATURES);
      assertThat(model.run(columns.numbers(name, one)).values()).containsExactly(0, 1, 1);
    }
  }

  private static float[] numbers(FittedTransform transform) {
    try (OnnxModel model = OnnxModel.load(TransformGraph.build(List.of(transform)), 1)) {
      return model.run(new Columns(NUMBERS.length).numbers("x", NUMBERS)).values();
    }
  }

  private static float[] texts(FittedTransform transform, String... values) {
    try (OnnxModel model = OnnxModel.load(TransformGraph.build(List.of(transform)), 1)) {
      return model.run(new Columns(values.length).texts("x", values)).values();
    }
  }
}
