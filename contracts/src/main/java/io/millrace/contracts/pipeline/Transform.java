package io.millrace.contracts.pipeline;

import io.millrace.contracts.limits.Limit;
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
   * Numbers to the index of the bucket that they fall into; the boundaries are quantiles.
   *
   * @param buckets how many there are at most; equal quantiles make fewer
   */
  record Bucketize(List<String> inputs, int buckets) implements Transform {
    public static final int DEFAULT_BUCKETS = 10;

    public Bucketize {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * Strings to the indices of the most frequent ones.
   *
   * @param topK how many values the vocabulary keeps
   * @param oovBuckets how many further indices share all other values; 0: they are -1
   * @param minFrequency how often a value must occur to be kept
   */
  record Vocabulary(List<String> inputs, int topK, int oovBuckets, long minFrequency)
      implements Transform {
    public static final int DEFAULT_TOP_K = 1000;
    public static final int DEFAULT_OOV_BUCKETS = 1;
    public static final long DEFAULT_MIN_FREQUENCY = 1;

    public Vocabulary {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * Strings to one number for each of the most frequent ones, 1 for the value that it is.
   *
   * @param topK how many values have a number
   */
  record OneHot(List<String> inputs, int topK) implements Transform {
    public static final int DEFAULT_TOP_K = 100;

    /** Each value is a column of every row in memory. */
    public static final int MOST_TOP_K = Limit.ONE_HOT_VALUES.most();

    public OneHot {
      inputs = List.copyOf(inputs);
    }
  }
}
