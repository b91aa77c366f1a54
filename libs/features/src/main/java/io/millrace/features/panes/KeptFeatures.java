package io.millrace.features.panes;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Meaning;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The windowed features that an earlier version of a pipeline's file means otherwise than the one
 * that runs, and that its streams still allow for: a model that was trained by that version goes on
 * with them.
 *
 * @param by the earlier version
 * @param features in the order of its file
 */
public record KeptFeatures(Pipeline by, List<Windowed> features) {
  public KeptFeatures {
    features = List.copyOf(features);
  }

  public static KeptFeatures of(Pipeline earlier, Pipeline running) {
    return new KeptFeatures(
        earlier,
        earlier.windowed().stream()
            .filter(feature -> !Meaning.isSameFeature(feature.name(), earlier, running))
            .filter(feature -> canBeComputed(feature, earlier, running))
            .toList());
  }

  public Set<String> names() {
    return features.stream().map(Windowed::name).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether one of two versions has a windowed feature that the other has not, or otherwise. */
  public static boolean differ(Pipeline one, Pipeline other) {
    return Stream.concat(one.windowed().stream(), other.windowed().stream())
        .anyMatch(feature -> !Meaning.isSameFeature(feature.name(), one, other));
  }

  private static boolean canBeComputed(Windowed feature, Pipeline earlier, Pipeline running) {
    var labels = earlier.labelStream();
    var now = running.labelStream();
    return Meaning.areSameTimes(earlier, running)
        && labels.name().equals(now.name())
        && hasSameType(
            feature.entity(), earlier.exampleStream().fields(), running.exampleStream().fields())
        && (feature.field().equals(earlier.label().name())
            ? isLabelOf(earlier.label(), now.fields())
            : hasSameType(feature.field(), labels.fields(), now.fields()));
  }

  private static boolean hasSameType(
      String field, Map<String, Field> before, Map<String, Field> now) {
    Field one = before.get(field);
    Field other = now.get(field);
    return one != null && other != null && one.type().equals(other.type());
  }

  /** Whether the fields that a label is made of are still there. */
  private static boolean isLabelOf(Label label, Map<String, Field> fields) {
    Map<String, FieldType> variables = new LinkedHashMap<>();
    fields.forEach((name, field) -> variables.put(name, field.type()));
    return Expression.compile(label.value(), variables) instanceof Expression.Compiled;
  }
}
