package io.millrace.transformer.fit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.Moments;
import io.millrace.artifacts.datasets.ColumnStatistics.ValueCount;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Transform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * What the rows to train on looked like, as {@code statistics/<sha256>.json}: skew is measured
 * against it. Numbers are as a model takes them, at most the largest float.
 *
 * @param inputs that the model takes, in the order of the transforms
 */
record TrainStatistics(String pipeline, int formatVersion, long rows, List<Input> inputs) {
  private static final int FORMAT = 1;
  private static final int BUCKETS = 10;
  private static final int TOP_VALUES = 1000;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  TrainStatistics {
    inputs = List.copyOf(inputs);
  }

  /** One of a model's inputs. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Numbers.class, name = "number"),
    @JsonSubTypes.Type(value = Texts.class, name = "text")
  })
  sealed interface Input {
    String name();

    /** Of how many rows it is there. */
    long count();

    long missing();
  }

  /**
   * A number.
   *
   * @param boundaries the smallest, the deciles and the largest, equal ones once, but at least two
   * @param counts of the numbers between neighbouring boundaries; the last bucket has both its ends
   */
  record Numbers(
      String name,
      long count,
      long missing,
      double mean,
      double standardDeviation,
      List<Double> boundaries,
      List<Long> counts)
      implements Input {}

  /**
   * A string.
   *
   * @param top the most frequent ones, ties by bytes
   * @param others how many are none of them
   */
  record Texts(String name, long count, long missing, List<ValueCount> top, long others)
      implements Input {}

  static TrainStatistics of(
      Pipeline pipeline, List<String> names, ColumnStatistics rows, IntConsumer done)
      throws IOException {
    List<Input> inputs = new ArrayList<>();
    for (String name : names) {
      inputs.add(isText(pipeline, name) ? texts(name, rows) : numbers(name, rows));
      done.accept(inputs.size());
    }
    return new TrainStatistics(pipeline.name(), FORMAT, rows.rows(), inputs);
  }

  byte[] toJson() throws IOException {
    return (JSON.writeValueAsString(this) + "\n").getBytes(UTF_8);
  }

  static boolean isText(Pipeline pipeline, String input) {
    return pipeline.transform().stream()
        .filter(transform -> transform.inputs().contains(input))
        .anyMatch(
            transform ->
                switch (transform) {
                  case Transform.Vocabulary v -> true;
                  case Transform.OneHot o -> true;
                  case Transform.Identity i -> false;
                  case Transform.ScaleToZScore s -> false;
                  case Transform.Bucketize b -> false;
                });
  }

  private static Numbers numbers(String name, ColumnStatistics rows) throws IOException {
    Moments moments = rows.moments(name).orElseThrow();
    TreeSet<Double> edges = new TreeSet<>(rows.quantiles(name, BUCKETS));
    edges.add(moments.min());
    edges.add(moments.max());
    List<Double> boundaries =
        edges.size() == 1 ? List.of(moments.min(), moments.max()) : List.copyOf(edges);
    return new Numbers(
        name,
        moments.count(),
        rows.rows() - moments.count(),
        moments.mean(),
        moments.standardDeviation(),
        boundaries,
        rows.histogram(name, boundaries));
  }

  private static Texts texts(String name, ColumnStatistics rows) throws IOException {
    long count = rows.count(name);
    List<ValueCount> top = rows.values(name, TOP_VALUES, 1);
    long counted = top.stream().mapToLong(ValueCount::count).sum();
    return new Texts(name, count, rows.rows() - count, top, count - counted);
  }
}
