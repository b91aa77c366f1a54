package io.millrace.validator.messages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.validator.checks.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of what leaves the validator, for one stream. */
public final class Envelope {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a schema of another says of itself may be in it. */
  private static final int MESSAGE_CHARACTERS = 500;

  private final CloudEvents events;
  private final byte[] stream;
  private final byte[] topic;

  /**
   * @param type the full name of the stream's record
   * @param topic where the stream is read
   */
  public Envelope(String pipeline, String stream, String type, String topic) {
    this.events = new CloudEvents("/millrace/validator/" + pipeline, type);
    this.stream = utf8(stream);
    this.topic = utf8(topic);
  }

  /** A valid event's: CloudEvents of our own, a foreign envelope is left behind. */
  public Headers accepted(Headers received, String id, long micros) {
    Headers headers = new RecordHeaders();
    for (Header header : received) {
      if (!header.key().startsWith("ce_") && !header.key().startsWith("millrace_")) {
        headers.add(header);
      }
    }
    events.set(headers, id, micros);
    return headers;
  }

  /** A refused record's without an id: as received, with the reasons and the place. */
  public Headers refused(Headers received, List<Violation> violations, Origin origin) {
    Headers headers = refused(received, violations, topic, origin);
    set(headers, MillraceHeaders.STREAM, stream);
    return headers;
  }

  /** Those of a record that no stream has had, as received, with the reason and the place. */
  public static Headers foreign(
      Headers received, Violation violation, String topic, Origin origin) {
    return refused(received, List.of(violation), utf8(topic), origin);
  }

  private static Headers refused(
      Headers received, List<Violation> violations, byte[] topic, Origin origin) {
    Headers headers = new RecordHeaders(received);
    set(headers, MillraceHeaders.REASONS, reasons(violations));
    set(headers, MillraceHeaders.SOURCE_TOPIC, topic);
    set(headers, MillraceHeaders.SOURCE_PARTITION, utf8(Integer.toString(origin.partition())));
    set(headers, MillraceHeaders.SOURCE_OFFSET, utf8(Long.toString(origin.offset())));
    return headers;
  }

  /** A refused event's, with its id and, if it has one, its time. */
  public Headers refused(
      Headers received, List<Violation> violations, Origin origin, String id, long micros) {
    Headers headers = refused(received, violations, origin);
    if (micros == Message.Event.NO_TIME) {
      events.set(headers, id, 0);
      headers.remove("ce_time");
    } else {
      events.set(headers, id, micros);
    }
    return headers;
  }

  private static void set(Headers headers, String name, byte[] value) {
    headers.remove(name).add(name, value);
  }

  private static byte[] reasons(List<Violation> violations) {
    ArrayNode reasons = JSON.createArrayNode();
    int told = Math.min(violations.size(), Limit.REASONS.most());
    for (Violation violation : violations.subList(0, told)) {
      ObjectNode reason = reasons.addObject().put("code", violation.code().name());
      if (!violation.field().isEmpty()) {
        reason.put("field", violation.field());
      }
      String more =
          told < violations.size() && reasons.size() == told
              ? " (and %d reasons more)".formatted(violations.size() - told)
              : "";
      reason.put("message", shortened(violation.message()) + more);
    }
    try {
      return JSON.writeValueAsBytes(reasons);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of strings is always JSON", e);
    }
  }

  private static String shortened(String message) {
    return message.length() <= MESSAGE_CHARACTERS
        ? message
        : message.substring(0, MESSAGE_CHARACTERS) + "…";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
