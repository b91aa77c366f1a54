package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pipeline with two streams, and the events of its files. */
final class Events {
  private Events() {}

  /** Streams {@code trips} (id, at, city, fare, paid, stops) and {@code ends} (id, at, minutes). */
  static Pipeline pipeline() {
    Map<String, Stream> streams = new LinkedHashMap<>();
    streams.put(
        "trips",
        stream(
            "trips",
            Stream.Role.EXAMPLE,
            field("id", FieldType.of(Scalar.INT)),
            field("at", FieldType.of(Scalar.TIMESTAMP)),
            field("city", FieldType.of(Scalar.STRING)),
            field("fare", FieldType.of(Scalar.FLOAT)),
            field("paid", FieldType.of(Scalar.BOOL)),
            field("stops", new FieldType(Scalar.INT, true))));
    streams.put(
        "ends",
        stream(
            "ends",
            Stream.Role.LABEL,
            field("id", FieldType.of(Scalar.INT)),
            field("at", FieldType.of(Scalar.TIMESTAMP)),
            field("minutes", FieldType.of(Scalar.INT))));
    return new Pipeline(
        "rides",
        streams,
        new Label("long", Label.Kind.BINARY, "minutes > 30", Duration.ofDays(1), Label.Absent.DROP),
        List.of(),
        List.of());
  }

  /** All events of a folder, in the order of the replay. */
  static List<Event> read(Path folder, TimeRange range) {
    List<Event> events = new ArrayList<>();
    try (EventFiles files =
            new EventFiles(StreamFile.in(folder, pipeline()), range, folder.resolve("spill"));
        EventMerge merge = files.merged()) {
      for (Optional<Event> next = merge.next(); next.isPresent(); next = merge.next()) {
        events.add(next.get());
      }
    }
    return events;
  }

  private static Stream stream(String name, Stream.Role role, Field... fields) {
    Map<String, Field> byName = new LinkedHashMap<>();
    for (Field field : fields) {
      byName.put(field.name(), field);
    }
    return new Stream(
        name, role, "id", "at", byName, Duration.ofMinutes(5), Optional.empty(), Optional.empty());
  }

  private static Field field(String name, FieldType type) {
    return new Field(name, type, false, new Domain.Any(), 0, Integer.MAX_VALUE);
  }
}
