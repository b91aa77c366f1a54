package io.millrace.onnx.transform;

import static io.millrace.onnx.graph.GraphBuilder.ML;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.transform.FittedTransform.Bucketize;
import io.millrace.onnx.transform.FittedTransform.Identity;
import io.millrace.onnx.transform.FittedTransform.OneHot;
import io.millrace.onnx.transform.FittedTransform.ScaleToZScore;
import io.millrace.onnx.transform.FittedTransform.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fitted transforms as ONNX: one tensor [N, 1] for each input, numbers as float32, which become one
 * tensor [N, width] of float32. An input that several transforms take is declared once.
 */
public final class TransformGraph {
  /** The output of a graph that holds transforms only. */
  public static final String FEATURES = "features";

  /** The key of the metadata that holds the transforms as JSON, so that they can be fused. */
  public static final String TRANSFORMS = "millrace.transforms";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<FittedTransform>> LIST = new TypeReference<>() {};

  private final GraphBuilder graph;
  private final Map<String, String> inputs = new LinkedHashMap<>();

  private TransformGraph(GraphBuilder graph) {
    this.graph = graph;
  }

  /**
   * A model of the transforms alone, with the output {@link #FEATURES}; {@link #read} gives them
   * back.
   */
  public static byte[] build(List<FittedTransform> transforms) {
    GraphBuilder graph = new GraphBuilder("transform");
    graph.output(FEATURES, append(graph, transforms), width(transforms));
    try {
      String json = JSON.writerFor(LIST).writeValueAsString(transforms);
      return graph.build(new TreeMap<>(Map.of(TRANSFORMS, json)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("transforms are plain records", e);
    }
  }

  /**
   * The transforms that a file was built from.
   *
   * @throws IllegalArgumentException when the bytes are no such file
   */
  public static List<FittedTransform> read(byte[] onnx) {
    try {
      for (StringStringEntryProto entry : ModelProto.parseFrom(onnx).getMetadataPropsList()) {
        if (entry.getKey().equals(TRANSFORMS)) {
          return JSON.readValue(entry.getValue(), LIST);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not a file of transforms", e);
    }
    throw new IllegalArgumentException("an ONNX file without transforms");
  }

  /** Adds the transforms to a graph; returns the name of their joint output. */
  public static String append(GraphBuilder graph, List<FittedTransform> transforms) {
    if (transforms.isEmpty()) {
      throw new IllegalArgumentException("no transforms");
    }
    TransformGraph adder = new TransformGraph(graph);
    List<String> columns = new ArrayList<>();
    transforms.forEach(transform -> columns.add(adder.add(transform)));
    return graph.node("Concat", columns, Attributes.integer("axis", 1));
  }

  /** How many columns the transforms have together. */
  public static int width(List<FittedTransform> transforms) {
    return transforms.stream().mapToInt(FittedTransform::width).sum();
  }

  private String add(FittedTransform transform) {
    return switch (transform) {
      case Identity identity -> number(identity.input());
      case ScaleToZScore scale -> scaled(number(scale.input()), scale);
      case Bucketize bucketize -> bucket(number(bucketize.input()), bucketize.boundaries());
      case Vocabulary vocabulary -> index(text(vocabulary.input()), vocabulary);
      case OneHot oneHot -> oneHot(text(oneHot.input()), oneHot.values());
    };
  }

  /** Infinities become the largest float: a tree takes no infinity, and NaN stays. */
  private String number(String name) {
    return inputs.computeIfAbsent(
        name,
        input -> {
          graph.numberInput(input);
          return clipped(input);
        });
  }

  private String text(String name) {
    return inputs.computeIfAbsent(name, graph::textInput);
  }

  /** A large number over a small deviation is clipped like an infinite one. */
  private String scaled(String x, ScaleToZScore scale) {
    float deviation = finite(scale.standardDeviation());
    if (deviation == 0) {
      return graph.node("Sub", List.of(x, x));
    }
    String centred = graph.node("Sub", List.of(x, scalar(finite(scale.mean()))));
    return clipped(graph.node("Div", List.of(centred, scalar(deviation))));
  }

  private String bucket(String x, List<Double> boundaries) {
    if (boundaries.isEmpty()) {
      return graph.node("Sub", List.of(x, x));
    }
    String edges =
        graph.constant(
            boundaries.stream().map(TransformGraph::finite).toList(), 1, boundaries.size());
    String reached = toFloat(graph.node("GreaterOrEqual", List.of(x, edges)));
    return keepMissing(
        x,
        graph.node(
            "ReduceSum", List.of(reached, graph.integers(1)), Attributes.integer("keepdims", 1)));
  }

  private String index(String text, Vocabulary vocabulary) {
    int size = vocabulary.values().size();
    int buckets = vocabulary.oovBuckets();
    List<String> keys = new ArrayList<>(vocabulary.values());
    List<Float> positions = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      positions.add((float) i);
    }
    keys.add("");
    positions.add(Float.NaN);
    String known =
        graph.node(
            ML,
            "LabelEncoder",
            List.of(text),
            Attributes.texts("keys_strings", keys),
            Attributes.numbers("values_floats", positions),
            Attributes.number("default_float", buckets == 1 ? size : -1));
    if (buckets <= 1) {
      return known;
    }
    String unknown = graph.node("Equal", List.of(known, scalar(-1)));
    String bucket = OutOfVocabulary.append(graph, text, buckets);
    String beyond = graph.node("Add", List.of(bucket, scalar(size)));
    return graph.node("Where", List.of(unknown, beyond, known));
  }

  private String oneHot(String text, List<String> values) {
    String encoded =
        graph.node(
            ML,
            "OneHotEncoder",
            List.of(text),
            Attributes.texts("cats_strings", values),
            Attributes.integer("zeros", 1));
    return graph.node("Reshape", List.of(encoded, graph.integers(-1, values.size())));
  }

  private String clipped(String x) {
    return keepMissing(
        x, graph.node("Clip", List.of(x, scalar(-Float.MAX_VALUE), scalar(Float.MAX_VALUE))));
  }

  private static float finite(double value) {
    return (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  private String keepMissing(String x, String otherwise) {
    return graph.node("Where", List.of(graph.node("IsNaN", List.of(x)), x, otherwise));
  }

  private String toFloat(String value) {
    return graph.node(
        "Cast", List.of(value), Attributes.integer("to", TensorProto.DataType.FLOAT.getNumber()));
  }

  private String scalar(float value) {
    return graph.constant(List.of(value));
  }
}
