package io.millrace.messaging.pipelines;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.errors.Fault;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Why a pipeline does not run here, or why a record of it was passed over.
 *
 * @param place the record that it is about, if it is about one
 */
public record PipelineFailure(ErrorCode code, String message, Optional<Place> place) {

  /** Where a record stands. */
  public record Place(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /** One that is about no record. */
  public static PipelineFailure of(ErrorCode code, String message) {
    return new PipelineFailure(code, message, Optional.empty());
  }

  public static PipelineFailure at(Place place, ErrorCode code, String message) {
    return new PipelineFailure(code, message, Optional.of(place));
  }

  /** Whether it lasts until somebody lets us, or makes the topic: it does not pass by itself. */
  public boolean isForTheOperator() {
    return code.fault() == Fault.OPERATOR;
  }

  /** For a person: the message, and the record that it is about. */
  public String text() {
    return message
        + place
            .map(
                at ->
                    " (topic %s, partition %d, offset %d)"
                        .formatted(at.topic(), at.partition(), at.offset()))
            .orElse("");
  }

  /** JSON-ready. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("code", code.name());
    json.put("message", message);
    place.ifPresent(
        at -> {
          json.put("topic", at.topic());
          json.put("partition", at.partition());
          json.put("offset", at.offset());
        });
    return json;
  }

  @Override
  public String toString() {
    return code + place.map(at -> " at " + at).orElse("") + ": " + message;
  }
}
