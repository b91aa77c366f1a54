package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile.Problem;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with one document, so that all of it is told at once. */
final class Problems {
  private final String file;
  private final Document document;
  private final Set<Problem> found = new LinkedHashSet<>();

  Problems(String file, Document document) {
    this.file = file;
    this.document = document;
  }

  void add(JsonPointer pointer, String message, String fix) {
    add(pointer, document.at(pointer), message, fix);
  }

  void add(ErrorCode code, JsonPointer pointer, String message, String fix) {
    Position position = document.at(pointer);
    found.add(
        new Problem(code, file, position.line(), position.column(), path(pointer), message, fix));
  }

  private void add(JsonPointer pointer, Position position, String message, String fix) {
    found.add(new Problem(file, position.line(), position.column(), path(pointer), message, fix));
  }

  /** A problem at a column of a scalar's text. */
  void addInText(JsonPointer pointer, int column, String message, String fix) {
    Position start = document.valueAt(pointer);
    add(pointer, new Position(start.line(), start.column() + column - 1), message, fix);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<Problem> sorted() {
    return found.stream()
        .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
        .toList();
  }

  private static String path(JsonPointer pointer) {
    StringBuilder path = new StringBuilder();
    for (JsonPointer here = pointer; !here.matches(); here = here.tail()) {
      if (here.mayMatchElement()) {
        path.append('[').append(here.getMatchingIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(here.getMatchingProperty());
      }
    }
    return path.toString();
  }
}
