package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.limits.Limit;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads YAML text into a {@link Document}. Work and memory are bounded whatever the text: no object
 * is built from a tag, and aliases can't multiply beyond {@link #MAX_NODES}.
 */
final class YamlReader {
  private static final int MAX_DEPTH = Limit.YAML_DEPTH.most();
  private static final int MAX_NODES = Limit.YAML_NODES.most();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Map<String, Position> keys = new HashMap<>();
  private final Map<String, Position> values = new HashMap<>();
  private int nodes;

  private YamlReader() {}

  /**
   * Reads the one document of a text.
   *
   * @throws UnreadableYaml with the place, when the text is not one YAML document
   */
  static Document read(String text) throws UnreadableYaml {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    Node root;
    try {
      root = new Yaml(options).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      throw new UnreadableYaml(Position.of(e.getProblemMark()), "not YAML: " + e.getProblem(), e);
    } catch (YAMLException | IllegalArgumentException e) { // the latter of an escape without digits
      throw new UnreadableYaml(Position.START, "not YAML: " + e.getMessage(), e);
    }
    if (root == null) {
      throw new UnreadableYaml(Position.START, "the file is empty");
    }
    YamlReader reader = new YamlReader();
    JsonNode json = reader.convert(root, JsonPointer.empty(), 0);
    return new Document(json, reader.keys, reader.values);
  }

  private JsonNode convert(Node node, JsonPointer pointer, int depth) throws UnreadableYaml {
    Position position = Position.of(node.getStartMark());
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new UnreadableYaml(position, "too large once its aliases are followed");
    }
    keys.putIfAbsent(pointer.toString(), position);
    values.put(pointer.toString(), textStart(node, position));
    return switch (node) {
      case MappingNode mapping -> object(mapping, pointer, depth);
      case SequenceNode sequence -> array(sequence, pointer, depth);
      case ScalarNode scalar -> YamlScalar.convert(scalar);
      default -> throw new UnreadableYaml(position, "neither mapping, list nor scalar");
    };
  }

  private ObjectNode object(MappingNode mapping, JsonPointer pointer, int depth)
      throws UnreadableYaml {
    ObjectNode object = JSON.objectNode();
    for (NodeTuple entry : mapping.getValue()) {
      Position position = Position.of(entry.getKeyNode().getStartMark());
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw new UnreadableYaml(position, "a key must be plain text");
      }
      if (object.has(key.getValue())) {
        throw new UnreadableYaml(
            position, "the key \"" + key.getValue() + "\" stands twice in one mapping");
      }
      JsonPointer child = pointer.appendProperty(key.getValue());
      keys.put(child.toString(), position);
      object.set(key.getValue(), convert(entry.getValueNode(), child, depth + 1));
    }
    return object;
  }

  private ArrayNode array(SequenceNode sequence, JsonPointer pointer, int depth)
      throws UnreadableYaml {
    ArrayNode array = JSON.arrayNode();
    for (Node item : sequence.getValue()) {
      array.add(convert(item, pointer.appendIndex(array.size()), depth + 1));
    }
    return array;
  }

  /** Behind the quote, so that a column within the text adds up. */
  private static Position textStart(Node node, Position position) {
    return node instanceof ScalarNode scalar && !scalar.isPlain()
        ? new Position(position.line(), position.column() + 1)
        : position;
  }
}
