package io.millrace.contracts.file;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.contracts.pipeline.Windowed;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a file must keep to when it is applied, beyond what it takes to read it. A version that was
 * accepted before a check came to be here runs on.
 *
 * @param spec the file's
 */
record AcceptanceCheck(Section spec) {

  void check(Pipeline pipeline) {
    checkLabel(pipeline.label());
    pipeline.streams().values().forEach(this::checkStream);
    checkFeatures(pipeline);
    checkNames(pipeline);
    checkTransforms(pipeline.transform());
    Section evaluate = spec.section("evaluate");
    check(Limit.SLICES, pipeline.evaluate().slices().size(), evaluate.section("slices"));
    check(
        Limit.THRESHOLDS, pipeline.evaluate().thresholds().size(), evaluate.section("thresholds"));
  }

  /** No learner takes classes yet, so that every run would end with this code. */
  private void checkLabel(Label label) {
    if (label.kind() == Label.Kind.MULTICLASS) {
      spec.section("label")
          .section("kind")
          .problem(
              ErrorCode.LABEL_KIND_UNSUPPORTED,
              "a MULTICLASS label can't be learned yet",
              "use BINARY or REGRESSION");
    }
  }

  private void checkStream(Stream stream) {
    Section fields = spec.section("streams").section(stream.name()).section("fields");
    check(Limit.FIELDS, stream.fields().size(), fields);
    for (Field field : stream.fields().values()) {
      if (field.domain() instanceof Domain.StringDomain strings) {
        check(
            Limit.DOMAIN_VALUES,
            strings.values().size(),
            fields.section(field.name()).section("domain").section("values"));
      }
    }
  }

  private void checkFeatures(Pipeline pipeline) {
    Section features = spec.section("features");
    List<Windowed> windowed = pipeline.windowed();
    check(Limit.DERIVED, pipeline.derived().size(), features.section("derived"));
    check(Limit.WINDOWED, windowed.size(), features.section("windowed"));
    List<String> entities = windowed.stream().map(Windowed::entity).distinct().toList();
    check(Limit.ENTITIES, entities.size(), features.section("windowed"));
    for (String entity : entities) {
      Windowed first =
          windowed.stream().filter(w -> w.entity().equals(entity)).findFirst().orElseThrow();
      check(
          Limit.ENTITY_PANES,
          panes(windowed, entity, pipeline.labelStream().lateness().toMillis()),
          features.section("windowed").section(first.name()).section("entity"));
    }
  }

  /** Whatever the window, all panes of an entity are kept as long as its longest one needs. */
  private static long panes(List<Windowed> windowed, String entity, long latenessMillis) {
    record Series(String field, long paneMillis) {}
    Set<Series> series = new HashSet<>();
    long longest = 0;
    for (Windowed feature : windowed) {
      if (feature.entity().equals(entity)) {
        series.add(new Series(feature.field(), feature.pane().toMillis()));
        longest = Math.max(longest, feature.window().toMillis());
      }
    }
    long reach = longest + latenessMillis;
    return series.stream().mapToLong(one -> Math.ceilDiv(reach, one.paneMillis()) + 1).sum();
  }

  /** Tables and files of rows know no case. */
  private void checkNames(Pipeline pipeline) {
    for (Stream stream : pipeline.streams().values()) {
      Section fields = spec.section("streams").section(stream.name()).section("fields");
      Map<String, String> taken = new HashMap<>();
      stream.fields().keySet().forEach(name -> claim(taken, name, fields.section(name)));
    }
    Map<String, String> row = new HashMap<>();
    for (String name : pipeline.exampleStream().fields().keySet()) {
      row.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
    }
    Section features = spec.section("features");
    pipeline
        .derived()
        .forEach(
            feature ->
                claim(row, feature.name(), features.section("derived").section(feature.name())));
    pipeline
        .windowed()
        .forEach(
            feature ->
                claim(row, feature.name(), features.section("windowed").section(feature.name())));
    claim(row, pipeline.label().name(), spec.section("label").section("name"));
  }

  private static void claim(Map<String, String> taken, String name, Section where) {
    String owner = taken.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
    if (owner != null && !owner.equals(name)) {
      where.problem(
          ErrorCode.NAME_COLLISION,
          "\"%s\" differs from \"%s\" only by case, which tables can't tell apart"
              .formatted(name, owner),
          "choose another name");
    }
  }

  private void checkTransforms(List<Transform> transforms) {
    Section where = spec.section("transform");
    List<String> inputs =
        transforms.stream().map(Transform::inputs).flatMap(Collection::stream).toList();
    check(Limit.TRANSFORM_INPUTS, inputs.size(), where);
    long columns =
        transforms.stream()
            .mapToLong(
                transform ->
                    transform instanceof Transform.OneHot oneHot
                        ? (long) oneHot.topK() * oneHot.inputs().size()
                        : transform.inputs().size())
            .sum();
    check(Limit.MODEL_COLUMNS, columns, where);
  }

  private static void check(Limit limit, long count, Section where) {
    if (limit.isExceededBy(count)) {
      where.problem(limit.code().orElseThrow(), limit.exceededBy(count), "");
    }
  }
}
