package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.pipeline.Windowed.Aggregate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pipeline with the flights' fields and the windowed features of the test's choice. */
public final class Fixtures {
  public static Pipeline pipeline(List<Windowed> windowed) {
    return pipeline(windowed, "delay_minutes > 15");
  }

  static Pipeline pipeline(List<Windowed> windowed, String late) {
    Map<String, Stream> streams = new LinkedHashMap<>();
    streams.put("departures", stream("departures", Stream.Role.EXAMPLE, "departure"));
    streams.put("arrivals", stream("arrivals", Stream.Role.LABEL, "arrival"));
    Label label =
        new Label("late", Label.Kind.BINARY, late, Duration.ofHours(48), Label.Absent.DROP);
    return new Pipeline("flights", streams, label, List.of(), windowed);
  }

  static Windowed feature(Aggregate aggregate, String field, long windowMicros, long paneMicros) {
    return feature("origin", aggregate, field, windowMicros, paneMicros);
  }

  static Windowed feature(
      String entity, Aggregate aggregate, String field, long windowMicros, long paneMicros) {
    return new Windowed(
        entity + "_" + field + "_" + aggregate + "_" + windowMicros + "_" + paneMicros,
        entity,
        aggregate,
        field,
        Duration.of(windowMicros, ChronoUnit.MICROS),
        Duration.of(paneMicros, ChronoUnit.MICROS));
  }

  static EntityFeatures features(List<Windowed> windowed) {
    return EntityFeatures.of(pipeline(windowed)).getFirst();
  }

  private static Stream stream(String name, Stream.Role role, String time) {
    Map<String, Field> fields = new LinkedHashMap<>();
    fields.put("flight_id", field("flight_id", Scalar.INT));
    fields.put(time, field(time, Scalar.TIMESTAMP));
    return new Stream(
        name,
        role,
        "flight_id",
        time,
        fields,
        Duration.ofMinutes(5),
        Duration.ofDays(7),
        Optional.empty(),
        Optional.empty());
  }

  private static Field field(String name, Scalar scalar) {
    return new Field(name, FieldType.of(scalar), true, new Domain.Any(), 0, 1);
  }

  private Fixtures() {}
}
