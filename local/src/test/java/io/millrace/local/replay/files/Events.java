package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.time.TimeNotation;
import io.millrace.local.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pipeline with two streams, and the events of its files. */
final class Events {
  private Events() {}

  /** Streams {@code trips} (id, at, city, fare, paid, stops) and {@code ends} (id, at, minutes). */
  static Pipeline pipeline() {
    return pipeline(TimeNotation.DEFAULT);
  }

  /** The same, with times of trips that are written in some way. */
  static Pipeline pipeline(TimeNotation notation) {
    Map<String, Stream> streams = new LinkedHashMap<>();
    streams.put(
        "trips",
        stream(
            "trips",
            Stream.Role.EXAMPLE,
            field("id", FieldType.of(Scalar.INT)),
            new Field(
                "at",
                FieldType.of(Scalar.TIMESTAMP),
                false,
                new Domain.Any(),
                0,
                Integer.MAX_VALUE,
                notation),
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
    return read(folder, range, Dialect.DEFAULT);
  }

  static List<Event> read(Path folder, TimeRange range, Dialect dialect) {
    return read(files(folder, pipeline(), dialect), range);
  }

  static List<Event> read(Path folder, TimeNotation notation) {
    return read(files(folder, pipeline(notation), Dialect.DEFAULT), TimeRange.all());
  }

  private static List<Event> read(EventFiles opened, TimeRange range) {
    List<Event> events = new ArrayList<>();
    try (EventFiles files = opened;
        EventMerge merge = files.merged(range)) {
      for (Optional<Event> next = merge.next(); next.isPresent(); next = merge.next()) {
        events.add(next.get());
      }
    }
    return events;
  }

  /** The files that are there, in the order of the streams. */
  static EventFiles files(Path folder, Dialect dialect) {
    return files(folder, pipeline(), dialect);
  }

  private static EventFiles files(Path folder, Pipeline pipeline, Dialect dialect) {
    List<String> streams = List.copyOf(pipeline.streams().keySet());
    try (java.util.stream.Stream<Path> paths = Files.list(folder)) {
      List<StreamFile> files =
          paths
              .filter(StreamFile::isData)
              .map(path -> StreamFile.named(path, pipeline))
              .sorted(Comparator.comparing(file -> streams.indexOf(file.stream().name())))
              .toList();
      return new EventFiles(
          files,
          pipeline,
          dialect,
          folder.resolve("spill"),
          kib -> Progress.on(new PrintWriter(Writer.nullWriter()), "Reading", kib));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream stream(String name, Stream.Role role, Field... fields) {
    Map<String, Field> byName = new LinkedHashMap<>();
    for (Field field : fields) {
      byName.put(field.name(), field);
    }
    return new Stream(
        name,
        role,
        "id",
        "at",
        byName,
        Duration.ofMinutes(5),
        Duration.ofDays(7),
        Optional.empty(),
        Optional.empty());
  }

  private static Field field(String name, FieldType type) {
    return new Field(name, type, false, new Domain.Any(), 0, Integer.MAX_VALUE);
  }
}
