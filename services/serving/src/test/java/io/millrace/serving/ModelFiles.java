package io.millrace.serving;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.transform.FittedTransform.Identity;
import io.millrace.onnx.transform.FittedTransform.Vocabulary;
import io.millrace.onnx.trees.TreeEnsemble;
import io.millrace.onnx.trees.TreeModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Models of {@link Flights}, and what is published of them. */
public final class ModelFiles {
  /** The warm-up request of every model: its delay is missing, which goes with the low ones. */
  private static final String REQUEST =
      "{\"inputs\": {\"miles\": 475, \"hour\": 8, \"origin_delay_1h\": null, \"origin\": \"JFK\"},"
          + " \"score\": %s}";

  private final ArtifactStore store;

  public ModelFiles(ArtifactStore store) {
    this.store = store;
  }

  /** Gives sigmoid(low) when the delay at the origin is below 10 or missing, else sigmoid(high). */
  public static byte[] tree(double low, double high) {
    String json =
        String.format(
            Locale.ROOT,
            """
            {"learner": {
              "objective": {"name": "binary:logistic"},
              "learner_model_param": {"base_score": "5E-1"},
              "gradient_booster": {"model": {"trees": [{
                "split_conditions": [10.0, %s, %s],
                "left_children": [1, -1, -1],
                "right_children": [2, -1, -1],
                "split_indices": [2, 0, 0],
                "default_left": [1, 0, 0]}]}}}}""",
            low,
            high);
    return TreeModel.build(
        List.of(
            new Identity("miles"),
            new Identity("hour"),
            new Identity("origin_delay_1h"),
            new Vocabulary("origin", List.of("JFK", "LAX"), 1)),
        TreeEnsemble.ofXgboost(json.getBytes(StandardCharsets.UTF_8), 1),
        TreeModel.SCORE,
        new TreeMap<>());
  }

  /** Answers NaN. */
  public static byte[] nan() {
    GraphBuilder graph = new GraphBuilder("nan");
    String miles = graph.numberInput("miles");
    String nan = graph.node("Sqrt", List.of(graph.constant(List.of(-1f), 1, 1)));
    graph.output("score", graph.node("Add", List.of(miles, nan)), 1);
    return graph.build(new TreeMap<>());
  }

  /** Answers 0.5 when the delay at the origin is missing, else NaN. */
  public static byte[] nanWhenDelayed() {
    GraphBuilder graph = new GraphBuilder("nan");
    String missing = graph.node("IsNaN", List.of(graph.numberInput("origin_delay_1h")));
    String nan = graph.node("Sqrt", List.of(graph.constant(List.of(-1f), 1, 1)));
    graph.output(
        "score",
        graph.node("Where", List.of(missing, graph.constant(List.of(0.5f), 1, 1), nan)),
        1);
    return graph.build(new TreeMap<>());
  }

  /** Answers with the number that it is asked with. */
  public static byte[] echo(String input, String output, int width) {
    GraphBuilder graph = new GraphBuilder("echo");
    String value = graph.numberInput(input);
    String one =
        width == 1
            ? value
            : graph.node("Add", List.of(value, graph.constant(zeros(width), 1, width)));
    graph.output(output, one, width);
    return graph.build(new TreeMap<>());
  }

  public static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** A version that gives sigmoid(low), and its warm-up says so. */
  public ModelEvent version(int version, double low, double high) {
    return version(version, put(version + "/model.onnx", tree(low, high)), sigmoid(low));
  }

  public ModelEvent version(int version, ArtifactRef file, double expected) {
    ArtifactRef warmup =
        put(
            version + "/warmup.jsonl",
            String.format(Locale.ROOT, REQUEST, expected).getBytes(StandardCharsets.UTF_8));
    return version(version, file, warmup);
  }

  public static ModelEvent version(int version, ArtifactRef file, ArtifactRef warmup) {
    return event(
        ModelVersion.newBuilder()
            .setVersion(version)
            .setRun("run-" + version)
            .setPipelineVersion(1)
            .setFile(file)
            .setCard(file)
            .setWarmup(warmup)
            .setStatistics(file)
            .build());
  }

  public static ModelEvent champion(int version, long sequence) {
    return event(
        AliasMoved.newBuilder()
            .setAlias("champion")
            .setVersion(version)
            .setSequence(sequence)
            .setReason("blessed")
            .build());
  }

  public ArtifactRef put(String name, byte[] content) {
    try {
      Artifact artifact = store.put(new ByteArrayInputStream(content), "flights/models/" + name);
      return new ArtifactRef(
          "model", artifact.uri().toString(), artifact.sha256(), artifact.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModelEvent event(Object change) {
    return ModelEvent.newBuilder()
        .setModel("flights")
        .setChange(change)
        .setAt(Instant.EPOCH)
        .build();
  }

  private static List<Float> zeros(int count) {
    return java.util.Collections.nCopies(count, 0f);
  }
}
