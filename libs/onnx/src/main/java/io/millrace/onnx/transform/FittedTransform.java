package io.millrace.onnx.transform;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.HashSet;
import java.util.List;

/**
 * One operation on one model input with the constants that a full pass over the rows has found.
 * Named after TensorFlow Transform. Missing is NaN for numbers and "" for strings.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FittedTransform.Identity.class, name = "identity"),
  @JsonSubTypes.Type(value = FittedTransform.ScaleToZScore.class, name = "scale_to_z_score"),
  @JsonSubTypes.Type(value = FittedTransform.Bucketize.class, name = "bucketize"),
  @JsonSubTypes.Type(value = FittedTransform.Vocabulary.class, name = "vocabulary"),
  @JsonSubTypes.Type(value = FittedTransform.OneHot.class, name = "one_hot")
})
public sealed interface FittedTransform {
  /** The model's input that it takes. */
  String input();

  /** Whether the input is a string. */
  @JsonIgnore
  default boolean isText() {
    return false;
  }

  /** How many numbers it gives for a row. */
  @JsonIgnore
  default int width() {
    return 1;
  }

  private static List<String> distinct(String input, List<String> values) {
    if (values.contains("")) {
      throw new IllegalArgumentException("\"\" is no value of " + input + " but missing");
    }
    if (new HashSet<>(values).size() < values.size()) {
      throw new IllegalArgumentException("a value of " + input + " stands twice");
    }
    return List.copyOf(values);
  }

  /** The number as it is; missing stays NaN. */
  record Identity(String input) implements FittedTransform {}

  /**
   * (x - mean) / standardDeviation, of the population; 0 when the standard deviation is 0. Missing
   * stays NaN.
   */
  record ScaleToZScore(String input, double mean, double standardDeviation)
      implements FittedTransform {
    public ScaleToZScore {
      if (!Double.isFinite(mean)) {
        throw new IllegalArgumentException("the mean of " + input + " is " + mean);
      }
      if (!(standardDeviation >= 0 && Double.isFinite(standardDeviation))) {
        throw new IllegalArgumentException(
            "the standard deviation of " + input + " is " + standardDeviation);
      }
    }
  }

  /**
   * How many boundaries are at or below x: 0 to boundaries.size(). Missing stays NaN.
   *
   * @param boundaries ascending
   */
  record Bucketize(String input, List<Double> boundaries) implements FittedTransform {
    public Bucketize {
      boundaries = List.copyOf(boundaries);
      double last = Double.NEGATIVE_INFINITY;
      for (double boundary : boundaries) {
        if (!(boundary > last)) {
          throw new IllegalArgumentException("boundaries not ascending: " + boundaries);
        }
        last = boundary;
      }
    }
  }

  /**
   * The position of the string in the vocabulary, else its out-of-vocabulary bucket: {@link
   * OutOfVocabulary}; -1 without buckets. Missing is NaN.
   *
   * @param values the most frequent first
   */
  record Vocabulary(String input, List<String> values, int oovBuckets) implements FittedTransform {
    public Vocabulary {
      values = distinct(input, values);
      if (oovBuckets < 0 || oovBuckets > OutOfVocabulary.MOST_BUCKETS) {
        throw new IllegalArgumentException(
            "not 0 to %d buckets: %d".formatted(OutOfVocabulary.MOST_BUCKETS, oovBuckets));
      }
    }

    @Override
    public boolean isText() {
      return true;
    }
  }

  /** For each value whether it is the input, 1 or 0; all 0 for missing and for other strings. */
  record OneHot(String input, List<String> values) implements FittedTransform {
    public OneHot {
      values = distinct(input, values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("no values of " + input);
      }
    }

    @Override
    public boolean isText() {
      return true;
    }

    @Override
    public int width() {
      return values.size();
    }
  }
}
