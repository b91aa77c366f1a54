package io.millrace.contracts.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Types of plain scalars by YAML 1.2's core schema, not the library's YAML 1.1, in which the
 * country code {@code NO} is a boolean, {@code 010} is eight and {@code 10:30} is a number.
 */
final class YamlScalar {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Set<Tag> IMPLICIT =
      Set.of(Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE);
  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
  private static final Pattern BOOL = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern INT = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  /** More than any number of 64 bits wants; to write one of 27,000 digits in decimal takes 9 MB. */
  private static final int MOST_DIGITS = 1_100;

  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9]+");

  private YamlScalar() {}

  static JsonNode convert(ScalarNode node) throws UnreadableYaml {
    String text = node.getValue();
    if (!node.isPlain() || LEADING_ZERO.matcher(text).matches()) {
      return JSON.textNode(text);
    }
    if (!node.getTag().equals(Tag.STR) && !IMPLICIT.contains(node.getTag())) {
      throw new UnreadableYaml(
          Position.of(node.getStartMark()), "the tag " + node.getTag() + " means nothing here");
    }
    if (NULL.matcher(text).matches()) {
      return JSON.nullNode();
    }
    if (BOOL.matcher(text).matches()) {
      return JSON.booleanNode(Boolean.parseBoolean(text));
    }
    if (!FLOAT.matcher(text).matches()) {
      return JSON.textNode(text);
    }
    double value = text.length() > MOST_DIGITS ? Double.NaN : Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new UnreadableYaml(
          Position.of(node.getStartMark()), "the number is too large for 64 bits");
    }
    return INT.matcher(text).matches() ? integer(new BigInteger(text)) : JSON.numberNode(value);
  }

  private static JsonNode integer(BigInteger value) {
    return value.bitLength() < Long.SIZE
        ? JSON.numberNode(value.longValue())
        : JSON.numberNode(value);
  }
}
