package io.millrace.onnx.transform;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
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

  /** The number as it is; missing stays NaN. */
  record Identity(String input) implements FittedTransform {}

  /**
   * (x - mean) / standardDeviation, of the population; 0 when the standard deviation is 0. Missing
   * stays NaN.
   */
  record ScaleToZScore(String input, double mean, double standardDeviation)
      implements FittedTransform {}

  /**
   * How many boundaries are at or below x: 0 to boundaries.size(). Missing stays NaN.
   *
   * @param boundaries ascending
   */
  record Bucketize(String input, List<Double> boundaries) implements FittedTransform {
    public Bucketize {
      boundaries = List.copyOf(boundaries);
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
      values = List.copyOf(values);
    }

    @Override
    public boolean isText() {
      return true;
    }
  }

  /** For each value whether it is the input, 1 or 0; all 0 for missing and for other strings. */
  record OneHot(String input, List<String> values) implements FittedTransform {
    public OneHot {
      values = List.copyOf(values);
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
