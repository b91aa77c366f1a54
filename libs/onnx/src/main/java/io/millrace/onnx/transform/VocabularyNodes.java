package io.millrace.onnx.transform;

import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.transform.FittedTransform.Vocabulary;
import java.util.ArrayList;
import java.util.List;

/** Looks a string up; what is not found gets a bucket of its own kind. */
record VocabularyNodes(Vocabulary vocabulary) implements Operation {
  private static final float UNKNOWN = -1;

  @Override
  public String append(TransformNodes nodes) {
    String text = nodes.text(vocabulary.input());
    int size = vocabulary.values().size();
    int buckets = vocabulary.oovBuckets();
    String known = encoded(nodes.graph(), text, buckets == 1 ? size : UNKNOWN);
    if (buckets <= 1) {
      return known;
    }
    GraphBuilder graph = nodes.graph();
    String unknown = graph.node("Equal", List.of(known, nodes.scalar(UNKNOWN)));
    String bucket = OutOfVocabulary.append(graph, text, buckets);
    String beyond = graph.node("Add", List.of(bucket, nodes.scalar(size)));
    return graph.node("Where", List.of(unknown, beyond, known));
  }

  private String encoded(GraphBuilder graph, String text, float unknown) {
    List<String> keys = new ArrayList<>(vocabulary.values());
    List<Float> positions = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      positions.add((float) i);
    }
    keys.add("");
    positions.add(Float.NaN);
    return graph.node(
        GraphBuilder.ML,
        "LabelEncoder",
        List.of(text),
        Attributes.texts("keys_strings", keys),
        Attributes.numbers("values_floats", positions),
        Attributes.number("default_float", unknown));
  }
}
