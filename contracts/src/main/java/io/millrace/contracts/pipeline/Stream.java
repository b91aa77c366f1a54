package io.millrace.contracts.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kind of event of a pipeline.
 *
 * @param id the field that identifies the event
 * @param time the TIMESTAMP field that is its event time
 * @param fields in the order of the file
 * @param lateness how far behind the watermark an event may come and still count in windows
 * @param maxAhead how far ahead of the stream's clock an event may be and move it at once
 * @param topic an existing topic of the user's, else the pipeline's own
 */
public record Stream(
    String name,
    Role role,
    String id,
    String time,
    Map<String, Field> fields,
    Duration lateness,
    Duration maxAhead,
    Optional<String> subject,
    Optional<String> topic) {

  /** What the events of a stream are to the model. */
  public enum Role {
    EXAMPLE,
    LABEL
  }

  public Stream {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  public Field idField() {
    return field(id);
  }

  public Field timeField() {
    return field(time);
  }

  public Field field(String name) {
    Field field = fields.get(name);
    if (field == null) {
      throw new IllegalArgumentException("stream " + this.name + " has no field " + name);
    }
    return field;
  }

  /** The fields in file order. */
  public List<Field> fieldList() {
    return new ArrayList<>(fields.values());
  }
}
