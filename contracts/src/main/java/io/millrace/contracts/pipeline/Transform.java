package io.millrace.contracts.pipeline;

import java.util.List;

/** A fitted step from model inputs to what a learner takes. Named after TensorFlow Transform. */
public sealed interface Transform {
  /** Fields of the example, derived and windowed features; no TIMESTAMP and no list. */
  List<String> inputs();

  /** Numbers as they are. */
  record Identity(List<String> inputs) implements Transform {
    public Identity {
      inputs = List.copyOf(inputs);
    }
  }

  /** Numbers less their mean, divided by their standard deviation. */
  record ScaleToZScore(List<String> inputs) implements Transform {
    public ScaleToZScore {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * Strings to the indices of the most frequent ones.
   *
   * @param topK how many values the vocabulary keeps
   * @param oovBuckets how many further indices share all other values
   */
  record Vocabulary(List<String> inputs, int topK, int oovBuckets) implements Transform {
    public static final int DEFAULT_TOP_K = 1000;
    public static final int DEFAULT_OOV_BUCKETS = 1;

    public Vocabulary {
      inputs = List.copyOf(inputs);
    }
  }
}
