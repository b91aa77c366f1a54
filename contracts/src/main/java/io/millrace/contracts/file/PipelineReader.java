package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Derived;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Serve;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.contracts.pipeline.Windowed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the whole pipeline, telling of everything whose meaning is wrong. */
final class PipelineReader {
  private final Section spec;
  private final Scope scope = new Scope();

  private PipelineReader(Section spec) {
    this.spec = spec;
  }

  /** The pipeline; empty when so much is wrong that there is none. */
  static Optional<Pipeline> read(Section root) {
    Optional<String> name = root.section("metadata").text("name");
    return new PipelineReader(root.section("spec")).read(name);
  }

  private Optional<Pipeline> read(Optional<String> name) {
    StreamsReader streams = StreamsReader.read(spec.section("streams"));
    Optional<StreamDraft> examples = streams.of(Stream.Role.EXAMPLE);
    Optional<StreamDraft> labels = streams.of(Stream.Role.LABEL);
    examples.ifPresent(this::declareFields);
    Optional<Label> label = LabelReader.read(spec.section("label"), labels);
    label.ifPresent(
        known -> scope.declare(known.name(), "the label", spec.section("label").section("name")));
    Section features = spec.section("features");
    List<Derived> derived = derived(features.section("derived"), examples);
    List<Windowed> windowed =
        windowed(features.section("windowed"), new WindowedReader(examples, labels, label));
    List<Transform> transform = transform(examples);
    var train = TrainReader.read(spec.section("train"));
    var evaluate = new EvaluateReader(scope, label).read(spec.section("evaluate"));
    Section serving = spec.section("serve");
    var serve =
        new Serve(
            serving.flag("stream", Serve.DEFAULT.stream()),
            serving.duration("keepOld").orElse(Serve.DEFAULT.keepOld()));
    var monitor = new MonitorReader(label).read(spec.section("monitor"));
    var retention = RetentionReader.read(spec.section("retention"), train);
    new PolicyCheck(spec.section("monitor"))
        .check(monitor, serve, label, inputs(transform), this::mayBeText);
    Optional<Map<String, Stream>> known = streams.complete();
    if (name.isEmpty() || known.isEmpty() || label.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Pipeline(
            name.get(),
            known.get(),
            label.get(),
            derived,
            windowed,
            transform,
            train,
            evaluate,
            serve,
            monitor,
            retention));
  }

  private static Set<String> inputs(List<Transform> transforms) {
    return transforms.stream()
        .flatMap(transform -> transform.inputs().stream())
        .collect(Collectors.toSet());
  }

  /** Whether an input is a string; true as long as that is not known. */
  private boolean mayBeText(String input) {
    return scope
        .inputs()
        .getOrDefault(input, Optional.empty())
        .map(type -> type.scalar() == Scalar.STRING)
        .orElse(true);
  }

  private void declareFields(StreamDraft examples) {
    Section fields = examples.section().section("fields");
    examples
        .fields()
        .forEach(
            (name, field) ->
                scope.declareInput(
                    name,
                    "a field of " + examples.name(),
                    fields.section(name),
                    field.map(known -> known.type())));
  }

  private List<Derived> derived(Section section, Optional<StreamDraft> examples) {
    List<Derived> derived = new ArrayList<>();
    section
        .entries()
        .forEach(
            (name, entry) -> {
              Optional<FieldType> type =
                  entry
                      .text()
                      .flatMap(
                          source ->
                              examples
                                  .flatMap(StreamDraft::types)
                                  .flatMap(types -> ExpressionCheck.type(source, types, entry)));
              scope.declareInput(name, "a derived feature", entry, type);
              entry.text().ifPresent(source -> derived.add(new Derived(name, source)));
            });
    return derived;
  }

  private List<Windowed> windowed(Section section, WindowedReader reader) {
    List<Windowed> windowed = new ArrayList<>();
    section
        .entries()
        .forEach(
            (name, entry) -> {
              Optional<Windowed> feature = reader.read(name, entry);
              scope.declareInput(
                  name, "a windowed feature", entry, feature.map(known -> known.type()));
              feature.ifPresent(windowed::add);
            });
    return windowed;
  }

  private List<Transform> transform(Optional<StreamDraft> examples) {
    TransformReader reader = new TransformReader(scope);
    if (spec.has("transform")) {
      return reader.read(spec.section("transform"));
    }
    return examples.flatMap(StreamDraft::stream).map(reader::defaults).orElseGet(List::of);
  }
}
