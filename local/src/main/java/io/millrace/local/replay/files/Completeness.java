package io.millrace.local.replay.files;

import io.millrace.contracts.expression.PipelineExpressions;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.local.terminal.CommandFailedException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether a file has what no event can do without. */
final class Completeness {
  private Completeness() {}

  /**
   * @throws CommandFailedException when no event has an id, a time, a required field, or what the
   *     label is made of
   */
  static void require(EventTable table, Pipeline pipeline) {
    Stream stream = table.file().stream();
    Map<String, String> needed = new LinkedHashMap<>();
    needed.put(stream.id(), "the id");
    needed.putIfAbsent(stream.time(), "the time");
    for (Field field : stream.fieldList()) {
      if (field.required()) {
        needed.putIfAbsent(field.name(), "required");
      }
    }
    if (stream.role() == Stream.Role.LABEL) {
      for (String operand : PipelineExpressions.label(pipeline).variables()) {
        needed.putIfAbsent(operand, "part of the label");
      }
    }
    needed.forEach(
        (field, why) -> {
          if (table.absent().contains(field)) {
            throw new CommandFailedException(
                "%s: %s, which is %s%s; nothing was sent"
                    .formatted(table.file().path(), lack(table, field), why, table.hint(field)));
          }
        });
  }

  private static String lack(EventTable table, String field) {
    return table.named().contains(field) || table.file().format() == StreamFile.Format.JSON
        ? "no event has a value for " + field
        : "there is no column " + field;
  }
}
