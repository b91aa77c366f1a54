package io.millrace.transformer.stream;

import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.VersionHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards a joiner's output, vectors and rows in their envelope. */
final class Outputs {
  private Outputs() {}

  static Joiner.Sink to(ProcessorContext<String, Output> context, String pipeline) {
    String source = "/millrace/transformer/" + pipeline;
    CloudEvents vectors = new CloudEvents(source, "millrace." + pipeline + ".Vector");
    CloudEvents rows = new CloudEvents(source, "millrace." + pipeline + ".Row");
    return (key, output, micros) -> {
      RecordHeaders headers = new RecordHeaders();
      switch (output) {
        case Output.ToEntity message -> {}
        case Output.VectorsMark mark -> {}
        case Output.Vector vector -> {
          vectors.set(headers, key, micros);
          VersionHeader.set(headers, vector.version());
          vector.kept().ifPresent(kept -> kept.set(headers));
        }
        case Output.Row row -> {
          rows.set(headers, key, micros);
          VersionHeader.set(headers, row.version());
        }
      }
      context.forward(new Record<>(key, output, context.currentSystemTimeMs(), headers));
    };
  }
}
