package io.millrace.local.demo;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.replay.files.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the examples other codes from a time on, as if their producer had changed its system. */
final class CodeSwitch {
  private final long from;
  private final int examples;
  private final int[] fields;
  private final String prefix;

  CodeSwitch(DemoScript script, Pipeline pipeline) {
    this.from = script.switchMicros();
    this.examples = examples(pipeline);
    List<String> names = List.copyOf(pipeline.exampleStream().fields().keySet());
    this.fields = script.fields().stream().mapToInt(names::indexOf).toArray();
    this.prefix = script.prefix();
  }

  /** The place of the stream of examples among the pipeline's streams. */
  static int examples(Pipeline pipeline) {
    return List.copyOf(pipeline.streams().keySet()).indexOf(pipeline.exampleStream().name());
  }

  Event apply(Event event) {
    Long time = event.time();
    if (event.stream() != examples || time == null || time < from) {
      return event;
    }
    List<@Nullable Object> values = new ArrayList<>(event.values());
    for (int field : fields) {
      Object code = values.get(field);
      values.set(field, code == null ? null : prefix + code);
    }
    return new Event(event.stream(), time, event.id(), values);
  }
}
