package io.millrace.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.Matrix;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.transform.FittedTransform.Bucketize;
import io.millrace.onnx.transform.FittedTransform.Identity;
import io.millrace.onnx.transform.FittedTransform.OneHot;
import io.millrace.onnx.transform.FittedTransform.ScaleToZScore;
import io.millrace.onnx.transform.FittedTransform.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The graph against the same transforms in plain Java, over random constants and rows. */
class TransformParityTest {
  private static final int ROWS = 200;
  private static final float[] EXTREMES = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -0f
  };

  @Property(tries = 60)
  void shouldGiveWhatPlainJavaGives(@ForAll long seed) {
    Random random = new Random(seed);
    List<FittedTransform> transforms = transforms(random);
    float[] x = new float[ROWS];
    String[] s = new String[ROWS];
    for (int row = 0; row < ROWS; row++) {
      x[row] =
          random.nextInt(5) == 0
              ? EXTREMES[random.nextInt(EXTREMES.length)]
              : (float) (random.nextGaussian() * 10);
      s[row] = random.nextInt(8) == 0 ? "" : word(random);
    }

    try (OnnxModel model = OnnxModel.load(TransformGraph.build(transforms), 1)) {
      Matrix actual = model.run(new Columns(ROWS).numbers("x", x).texts("s", s));
      for (int row = 0; row < ROWS; row++) {
        int column = 0;
        for (FittedTransform transform : transforms) {
          for (float expected : expected(transform, x[row], s[row])) {
            assertThat(actual.at(row, column++))
                .as("%s of %s, %s", transform, x[row], s[row])
                .isEqualTo(Float.valueOf(expected));
          }
        }
        assertThat(column).isEqualTo(actual.columns());
      }
    }
  }

  private static List<FittedTransform> transforms(Random random) {
    TreeSet<Double> boundaries = new TreeSet<>();
    TreeSet<String> words = new TreeSet<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      boundaries.add((double) (float) (random.nextGaussian() * 10));
    }
    for (int i = 1 + random.nextInt(20); i > 0; i--) {
      words.add(word(random));
    }
    double deviation = random.nextInt(4) == 0 ? 0 : Math.exp(random.nextGaussian() * 3);
    List<FittedTransform> transforms = new ArrayList<>();
    transforms.add(new Vocabulary("s", List.copyOf(words), random.nextInt(4)));
    transforms.add(new ScaleToZScore("x", random.nextGaussian() * 10, deviation));
    transforms.add(new OneHot("s", List.copyOf(words)));
    transforms.add(new Identity("x"));
    transforms.add(new Bucketize("x", List.copyOf(boundaries)));
    return transforms;
  }

  private static String word(Random random) {
    String letters = "abcAZ09 \u00e9\u2603";
    StringBuilder word = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  private static float[] expected(FittedTransform transform, float x, String s) {
    float clipped = clip(x);
    return switch (transform) {
      case Identity identity -> new float[] {clipped};
      case ScaleToZScore scale ->
          new float[] {
            scale.standardDeviation() == 0
                ? (Float.isNaN(x) ? Float.NaN : 0)
                : clip((clipped - (float) scale.mean()) / (float) scale.standardDeviation())
          };
      case Bucketize bucketize ->
          new float[] {
            Float.isNaN(x)
                ? Float.NaN
                : bucketize.boundaries().stream().filter(b -> clipped >= b.floatValue()).count()
          };
      case Vocabulary vocabulary -> new float[] {position(vocabulary, s)};
      case OneHot oneHot -> {
        float[] hot = new float[oneHot.width()];
        int at = oneHot.values().indexOf(s);
        if (at >= 0) {
          hot[at] = 1;
        }
        yield hot;
      }
    };
  }

  private static float position(Vocabulary vocabulary, String s) {
    if (s.isEmpty()) {
      return Float.NaN;
    }
    int at = vocabulary.values().indexOf(s);
    int size = vocabulary.values().size();
    if (at >= 0 || vocabulary.oovBuckets() == 0) {
      return at;
    }
    return size + OutOfVocabulary.bucket(s, vocabulary.oovBuckets());
  }

  private static float clip(float x) {
    return Float.isNaN(x) ? x : Math.clamp(x, -Float.MAX_VALUE, Float.MAX_VALUE);
  }
}
