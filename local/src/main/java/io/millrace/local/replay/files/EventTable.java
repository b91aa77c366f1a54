package io.millrace.local.replay.files;

import io.millrace.contracts.file.Closest;
import io.millrace.contracts.pipeline.Field;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The events of one file, each value in its field's type, as a query of DuckDB.
 *
 * @param source what to select from: it has {@link #column}s for the fields, in their order
 * @param named the fields that the file names, whether they have values or not
 * @param unnamed what the file has beside the stream's fields; it is left out
 * @param absent the fields that no event has a value for, in their order
 * @param rows how many events there are
 * @param blank rows without any value; they are left out
 */
public record EventTable(
    StreamFile file,
    String source,
    Set<String> named,
    List<String> unnamed,
    Set<String> absent,
    long rows,
    long blank) {
  private static final int SHOWN = 20;

  static EventTable of(
      Connection duck,
      StreamFile file,
      String source,
      Set<String> named,
      List<String> unnamed,
      long blank) {
    List<Field> fields = file.stream().fieldList();
    String counts =
        IntStream.range(0, fields.size())
            .mapToObj(i -> ", count(" + column(i) + ")")
            .collect(Collectors.joining());
    try (Statement statement = duck.createStatement();
        ResultSet counted =
            statement.executeQuery("SELECT count(*)" + counts + " FROM " + source)) {
      counted.next();
      long rows = counted.getLong(1);
      Set<String> absent = new LinkedHashSet<>();
      for (int i = 0; i < fields.size(); i++) {
        String field = fields.get(i).name();
        boolean isAbsent =
            rows == 0
                ? file.format() != StreamFile.Format.JSON && !named.contains(field)
                : counted.getLong(i + 2) == 0;
        if (isAbsent) {
          absent.add(field);
        }
      }
      return new EventTable(file, source, named, unnamed, absent, rows, blank);
    } catch (SQLException e) {
      throw file.unreadable(e);
    }
  }

  /** A field's column, which is not called by its name: names of fields know case. */
  static String column(int field) {
    return "c" + field;
  }

  /** What a person should know of the file before its events are sent. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (!unnamed.isEmpty()) {
      remarks.add(
          "%s: left out, because the pipeline does not name them: %s"
              .formatted(file.path(), shortened(unnamed)));
    }
    if (!absent.isEmpty()) {
      remarks.add(
          "%s: missing in every event: %s"
              .formatted(
                  file.path(),
                  shortened(absent.stream().map(field -> field + hint(field)).toList())));
    }
    if (blank > 0) {
      remarks.add("%s: left out, because they are blank: %,d rows".formatted(file.path(), blank));
    }
    return remarks;
  }

  /** What the file has instead of a field, perhaps. */
  String hint(String field) {
    return Closest.to(field, unnamed).map(close -> " (did you mean \"" + close + "\"?)").orElse("");
  }

  private static String shortened(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(names.size(), SHOWN)));
    return names.size() <= SHOWN ? shown : shown + " and %,d more".formatted(names.size() - SHOWN);
  }

  /** How many events there are in the range. */
  long count(Connection duck, TimeRange range) {
    try (Statement statement = duck.createStatement();
        ResultSet count =
            statement.executeQuery(
                "SELECT count(*) FROM %s %s".formatted(source, range.where(timeColumn())))) {
      count.next();
      return count.getLong(1);
    } catch (SQLException e) {
      throw file.unreadable(e);
    }
  }

  /** The fields of the events in order of time, then id; events without a time come first. */
  String ordered(TimeRange range) {
    return "SELECT %s FROM %s %s ORDER BY %s NULLS FIRST, %s NULLS FIRST"
        .formatted(
            IntStream.range(0, file.stream().fields().size())
                .mapToObj(EventTable::column)
                .collect(Collectors.joining(", ")),
            source,
            range.where(timeColumn()),
            timeColumn(),
            columnOf(file.stream().id()));
  }

  private String timeColumn() {
    return columnOf(file.stream().time());
  }

  private String columnOf(String field) {
    return column(new ArrayList<>(file.stream().fields().keySet()).indexOf(field));
  }
}
