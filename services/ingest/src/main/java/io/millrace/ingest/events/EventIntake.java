package io.millrace.ingest.events;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.ingest.pipelines.KnownPipelines;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.ingest.topics.BrokerDisks;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.http.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The way of a request's events from its body to the broker's acknowledgement. */
@ApplicationScoped
public class EventIntake {

  private final KnownPipelines pipelines;
  private final EventProducer producer;
  private final EventCounts counts;
  private final BrokerDisks disks;
  private final int maxRecordBytes;

  @Inject
  public EventIntake(
      KnownPipelines pipelines,
      EventProducer producer,
      EventCounts counts,
      BrokerDisks disks,
      IngestSettings settings) {
    this.pipelines = pipelines;
    this.producer = producer;
    this.counts = counts;
    this.disks = disks;
    this.maxRecordBytes = settings.ingest().maxRecordBytes();
  }

  CompletionStage<Map<String, Integer>> take(
      String pipeline,
      String stream,
      Supplier<EventBody.Form> form,
      Supplier<byte[]> body,
      Optional<String> traceParent) {
    IngestApplication application;
    try {
      application = (IngestApplication) pipelines.application(pipeline);
    } catch (ProblemException e) {
      counts.refused(EventCounts.UNKNOWN, EventCounts.UNKNOWN, e.code());
      throw e;
    }
    StreamDoor door =
        application.door(stream).orElseThrow(() -> unknownStream(application, pipeline, stream));
    List<ProducerRecord<byte[], byte[]>> records;
    try {
      disks.requireRoom();
      records = door.records().of(events(door, form.get(), body.get()), traceParent);
      requireThatTheyFit(records);
    } catch (ProblemException e) {
      counts.refused(pipeline, stream, e.code());
      throw e;
    }
    return producer
        .send(records)
        .handle(
            (done, failure) -> {
              if (failure != null) {
                Failure known = Failure.of(failure);
                counts.refused(pipeline, stream, known.code());
                throw known.code() == ErrorCode.INTERNAL
                    ? new CompletionException(failure)
                    : notAcknowledged(known);
              }
              counts.accepted(pipeline, stream, records.size());
              return Map.of("accepted", records.size());
            });
  }

  private static List<Event> events(StreamDoor door, EventBody.Form form, byte[] body) {
    return switch (door.body().read(form, body)) {
      case EventBody.Reading.Events read -> read.events();
      case EventBody.Reading.Refused refused -> {
        Map<String, Object> where = new LinkedHashMap<>();
        StringBuilder detail = new StringBuilder();
        refused.row().ifPresent(row -> where.put("row", row));
        refused.row().ifPresent(row -> detail.append("row ").append(row).append(", "));
        refused.field().ifPresent(field -> where.put("field", field));
        refused.field().ifPresent(field -> detail.append("field ").append(field).append(": "));
        throw new ProblemException(
            refused.code(), detail.append(refused.message()).toString(), where);
      }
    };
  }

  private void requireThatTheyFit(List<ProducerRecord<byte[], byte[]>> records) {
    for (int row = 0; row < records.size(); row++) {
      int bytes = records.get(row).key().length + records.get(row).value().length;
      if (bytes > maxRecordBytes) {
        throw new ProblemException(
            ErrorCode.BODY_TOO_LARGE,
            "event " + row + " takes " + bytes + " bytes; a record has at most " + maxRecordBytes,
            Map.of("row", row));
      }
    }
  }

  private ProblemException unknownStream(
      IngestApplication application, String pipeline, String stream) {
    counts.refused(pipeline, EventCounts.UNKNOWN, ErrorCode.UNKNOWN_STREAM);
    return new ProblemException(
        ErrorCode.UNKNOWN_STREAM,
        "pipeline "
            + pipeline
            + " has no stream "
            + stream
            + "; its streams are "
            + String.join(", ", application.streams()));
  }

  private static ProblemException notAcknowledged(Failure failure) {
    return new ProblemException(
        failure.code(),
        "the broker has not acknowledged the events"
            + (failure.code() == ErrorCode.KAFKA_UNAVAILABLE ? "" : " (" + failure.message() + ")")
            + "; send the same request again: it is safe,"
            + " because an event that did arrive is dropped by its id");
  }
}
