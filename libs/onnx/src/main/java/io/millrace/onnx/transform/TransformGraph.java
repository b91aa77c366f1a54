package io.millrace.onnx.transform;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import java.io.IOException;
import java.util.ArrayList;
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

  private TransformGraph() {}

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
    TransformNodes nodes = new TransformNodes(graph);
    List<String> columns = new ArrayList<>();
    transforms.forEach(transform -> columns.add(Operation.of(transform).append(nodes)));
    return graph.node("Concat", columns, Attributes.integer("axis", 1));
  }

  /** How many columns the transforms have together. */
  public static int width(List<FittedTransform> transforms) {
    return transforms.stream().mapToInt(FittedTransform::width).sum();
  }
}
