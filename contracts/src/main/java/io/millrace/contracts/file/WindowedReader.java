package io.millrace.contracts.file;

import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.pipeline.Windowed.Aggregate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one windowed feature. */
record WindowedReader(
    Optional<StreamDraft> examples, Optional<StreamDraft> labels, Optional<Label> label) {
  private static final Duration MAX_WINDOW = Duration.ofDays(Limit.WINDOW_DAYS.most());
  private static final int MAX_PANES = Limit.WINDOW_PANES.most();

  Optional<Windowed> read(String name, Section section) {
    Optional<String> entity = section.text("entity");
    entity.ifPresent(field -> checkEntity(field, section.section("entity")));
    Optional<Aggregate> aggregate = aggregate(section);
    Optional<String> field = aggregate.flatMap(function -> section.text(key(function)));
    field.ifPresent(
        known ->
            aggregate.ifPresent(
                function -> checkField(known, function, section.section(key(function)))));
    Optional<Duration> window = section.duration("window");
    Optional<Duration> pane = section.duration("pane");
    window.ifPresent(length -> pane.ifPresent(step -> checkWindow(length, step, section)));
    if (entity.isEmpty() || field.isEmpty() || window.isEmpty() || pane.isEmpty()) {
      return Optional.empty();
    }
    return aggregate.map(
        function ->
            new Windowed(name, entity.get(), function, field.get(), window.get(), pane.get()));
  }

  private void checkEntity(String field, Section where) {
    examples
        .flatMap(stream -> stream.field(field, where))
        .map(Field::type)
        .filter(type -> type.list() || !isKey(type.scalar()))
        .ifPresent(type -> where.problem("an entity must be STRING or INT, not " + type, ""));
  }

  private static boolean isKey(Scalar scalar) {
    return scalar == Scalar.STRING || scalar == Scalar.INT;
  }

  private static Optional<Aggregate> aggregate(Section section) {
    List<Aggregate> named =
        Stream.of(Aggregate.values()).filter(function -> section.has(key(function))).toList();
    if (named.size() != 1) {
      section.problem(
          named.isEmpty()
              ? "no aggregate"
              : "more than one aggregate: "
                  + String.join(", ", named.stream().map(WindowedReader::key).toList()),
          "give exactly one of count, sum, mean, min, max");
      return Optional.empty();
    }
    return Optional.of(named.getFirst());
  }

  private void checkField(String field, Aggregate function, Section where) {
    if (labels.isEmpty() || label.isEmpty()) {
      return;
    }
    Optional<FieldType> type =
        label.get().name().equals(field)
            ? Optional.of(label.get().type())
            : labels.get().field(field, where).map(Field::type);
    type.filter(known -> function != Aggregate.COUNT && !isNumber(known))
        .ifPresent(
            known ->
                where.problem(
                    "there is no " + key(function) + " of " + known,
                    "name one that is INT, FLOAT or BOOL, or use count"));
  }

  private static boolean isNumber(FieldType type) {
    return !type.list()
        && switch (type.scalar()) {
          case INT, FLOAT, BOOL -> true;
          case STRING, TIMESTAMP -> false;
        };
  }

  private static void checkWindow(Duration window, Duration pane, Section section) {
    if (pane.isZero() || window.isZero()) {
      return;
    }
    Section where = section.section("window");
    if (window.compareTo(MAX_WINDOW) > 0) {
      where.problem("is longer than " + MAX_WINDOW.toDays() + "d", "");
    } else if (window.toMillis() % pane.toMillis() != 0) {
      where.problem(
          section.shown("window") + " is no multiple of the pane, " + section.shown("pane"),
          "make it one");
    } else if (window.dividedBy(pane) > MAX_PANES) {
      where.problem(
          "has " + window.dividedBy(pane) + " panes; at most " + MAX_PANES + " are kept",
          "lengthen the pane");
    }
  }

  private static String key(Aggregate aggregate) {
    return aggregate.name().toLowerCase(Locale.ROOT);
  }
}
