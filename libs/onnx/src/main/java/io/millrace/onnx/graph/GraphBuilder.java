package io.millrace.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.SortedMap;

/**
 * One ONNX graph over batches of N rows. Values are named; a node's output gets the name of the
 * node's kind and a number behind {@link #OWN}, with which no input begins.
 */
public final class GraphBuilder {
  /** Operators with the domain {@code ai.onnx.ml}. */
  public static final String ML = "ai.onnx.ml";

  /** How names begin that no input may have. */
  public static final String OWN = "_";

  private static final int IR_VERSION = 9;
  private static final int OPERATORS = 20;
  private static final int ML_OPERATORS = 3;
  private static final String ROWS = "N";

  private final GraphProto.Builder graph;
  private int named;

  public GraphBuilder(String name) {
    this.graph = GraphProto.newBuilder().setName(name);
  }

  /** A float32 tensor [N, 1]; its name begins with a letter. */
  public String numberInput(String name) {
    addInput(name, TensorProto.DataType.FLOAT);
    return name;
  }

  /** A string tensor [N, 1]. */
  public String textInput(String name) {
    addInput(name, TensorProto.DataType.STRING);
    return name;
  }

  /** A float32 tensor of the shape. */
  public String constant(List<Float> values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(next("constant"))
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addAllFloatData(values);
    for (long size : shape) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  /** An int64 tensor of one dimension. */
  public String integers(long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(next("constant"))
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  /** A node of the standard operators; returns its one output. */
  public String node(String operator, List<String> inputs, AttributeProto... attributes) {
    return node("", operator, inputs, attributes);
  }

  /** A node of the operators of a domain; returns its one output. */
  public String node(
      String domain, String operator, List<String> inputs, AttributeProto... attributes) {
    String output = next(operator);
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setDomain(domain)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return output;
  }

  /**
   * Declares a float32 output [N, columns] that takes a value's place under its own name, or behind
   * {@link #OWN} where an input has that name.
   */
  public void output(String name, String value, int columns) {
    boolean taken = graph.getInputList().stream().anyMatch(input -> input.getName().equals(name));
    String output = taken ? OWN + name : name;
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType("Identity")
            .addInput(value)
            .addOutput(output));
    graph.addOutput(value(output, TensorProto.DataType.FLOAT, columns));
  }

  /** The model's bytes, the same for the same calls. */
  public byte[] build(SortedMap<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("millrace")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(ML).setVersion(ML_OPERATORS))
            .setGraph(graph);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  private void addInput(String name, TensorProto.DataType type) {
    if (name.startsWith(OWN)) {
      throw new IllegalArgumentException("an input may not be called " + name);
    }
    graph.addInput(value(name, type, 1));
  }

  private String next(String kind) {
    return OWN + kind + "_" + named++;
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int columns) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(ROWS))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
