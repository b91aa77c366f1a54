package io.millrace.transformer.online;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.time.EventTimes;
import io.millrace.features.online.OnlineFeatures;
import io.millrace.messaging.http.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The look-ups that the columns of a request mean to one pipeline. */
final class EntityColumns {
  private final Map<String, List<JsonNode>> columns;
  private final int rows;

  EntityColumns(OnlineRequest request) {
    this.columns = request.entities();
    this.rows = request.rows();
  }

  /** Every column must be a field of an example of one of the pipelines that are asked. */
  void check(Set<Pipeline> pipelines) {
    for (String column : columns.keySet()) {
      if (pipelines.stream().noneMatch(p -> p.exampleStream().fields().containsKey(column))) {
        throw new ProblemException(
            ErrorCode.UNKNOWN_ENTITY,
            "no example of the views asked for has a field " + column,
            Map.of("field", column));
      }
    }
  }

  /**
   * One look-up for each row: the entities that the features hang on, and the example's time field
   * where it is given.
   */
  List<OnlineFeatures.Request> requests(Pipeline pipeline, List<Windowed> features) {
    Stream example = pipeline.exampleStream();
    Set<String> entities = new LinkedHashSet<>(features.stream().map(Windowed::entity).toList());
    List<JsonNode> times = columns.get(example.time());
    List<OnlineFeatures.Request> requests = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      Map<String, String> keys = new HashMap<>();
      for (String entity : entities) {
        text(example.field(entity), column(entity).get(row), row)
            .ifPresent(text -> keys.put(entity, text));
      }
      OptionalLong asOf =
          times == null || times.get(row).isNull()
              ? OptionalLong.empty()
              : OptionalLong.of(asOf(example.timeField(), times.get(row), row));
      requests.add(new OnlineFeatures.Request(keys, asOf));
    }
    return requests;
  }

  private List<JsonNode> column(String entity) {
    List<JsonNode> column = columns.get(entity);
    if (column == null) {
      throw OnlineRequest.invalid("entities has no column " + entity, entity);
    }
    return column;
  }

  /** A value as the stream writes it into keys; empty for null. */
  private static Optional<String> text(Field field, JsonNode value, int row) {
    if (value.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          switch (field.type().scalar()) {
            case STRING -> scalar(value);
            case INT -> Long.toString(new java.math.BigDecimal(scalar(value)).longValueExact());
            case FLOAT -> Double.toString(Double.parseDouble(scalar(value)));
            case BOOL -> bool(scalar(value));
            case TIMESTAMP -> Long.toString(micros(field, value));
          });
    } catch (RuntimeException e) {
      throw wrongType(field.name(), field.type().scalar(), row);
    }
  }

  private static long asOf(Field time, JsonNode value, int row) {
    long micros;
    try {
      micros = micros(time, value);
    } catch (RuntimeException e) {
      throw new ProblemException(
          ErrorCode.WRONG_TYPE,
          "row %d: %s must be %s".formatted(row, time.name(), time.notation()),
          Map.of("field", time.name(), "row", row));
    }
    EventTimes.problem(micros, time.notation().numbers())
        .ifPresent(
            problem -> {
              throw new ProblemException(
                  problem.code(),
                  "row %d: %s: %s".formatted(row, time.name(), problem.message()),
                  Map.of("field", time.name(), "row", row));
            });
    return micros;
  }

  private static long micros(Field field, JsonNode value) {
    return value.isNumber()
        ? field.notation().micros(value.decimalValue())
        : field.notation().micros(value.asText());
  }

  private static String scalar(JsonNode value) {
    if (!value.isValueNode()) {
      throw new IllegalArgumentException("not a scalar");
    }
    return value.asText();
  }

  private static String bool(String text) {
    return switch (text) {
      case "true", "false" -> text;
      default -> throw new IllegalArgumentException("not a BOOL");
    };
  }

  private static ProblemException wrongType(String field, Scalar type, int row) {
    return new ProblemException(
        ErrorCode.WRONG_TYPE,
        "row %d: %s is not a value of type %s".formatted(row, field, type),
        Map.of("field", field, "row", row));
  }
}
