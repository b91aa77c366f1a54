package io.millrace.validator.messages;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.validator.checks.Violation;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** Messages as bytes, by hand: one array a message, nothing boxed. */
public final class MessageSerde {
  private static final byte EVENT = 0;
  private static final byte PASSED = 1;
  private static final byte IDLE = 2;
  private static final int SAME = -1;
  private static final int EVENT_BYTES = 2 + Long.BYTES + Integer.BYTES + Long.BYTES + 4;

  private MessageSerde() {}

  /** For the repartition topic. */
  public static Serde<Message> serde() {
    return Serdes.serdeFrom(
        (topic, message) -> toBytes(message), (topic, bytes) -> fromBytes(bytes));
  }

  /** As it lies in the topic. */
  public static byte[] toBytes(Message message) {
    return switch (message) {
      case Message.Foreign foreign -> foreign.bytes();
      case Message.Event event -> toBytes(event);
      case Message.Passed passed ->
          ByteBuffer.allocate(2 + Integer.BYTES + Long.BYTES)
              .put(PASSED)
              .put((byte) passed.stream())
              .putInt(passed.source())
              .putLong(passed.micros())
              .array();
      case Message.Idle idle ->
          ByteBuffer.allocate(2 + Integer.BYTES + Long.BYTES)
              .put(IDLE)
              .put((byte) idle.stream())
              .putInt(idle.source())
              .putLong(idle.position())
              .array();
    };
  }

  /** The inverse of {@link #toBytes}, and of what is none a {@link Message.Foreign}. */
  public static Message fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return new Message.Foreign(new byte[0]);
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Message message = message(in);
      return in.hasRemaining() ? new Message.Foreign(bytes) : message;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return new Message.Foreign(bytes);
    }
  }

  private static Message message(ByteBuffer in) {
    byte kind = in.get();
    int stream = in.get();
    return switch (kind) {
      case EVENT -> event(stream, in);
      case PASSED -> new Message.Passed(stream, in.getInt(), in.getLong());
      case IDLE -> new Message.Idle(stream, in.getInt(), in.getLong());
      default -> throw new IllegalArgumentException("no message of kind " + kind);
    };
  }

  private static byte[] toBytes(Message.Event event) {
    boolean same = event.content() == event.original();
    List<byte[]> reasons = reasons(event.violations());
    int size =
        EVENT_BYTES
            + Blocks.size(event.origin().key())
            + Blocks.size(event.original())
            + (same ? Integer.BYTES : Blocks.size(event.content()));
    for (byte[] reason : reasons) {
      size += Blocks.size(reason);
    }
    ByteBuffer out =
        ByteBuffer.allocate(size)
            .put(EVENT)
            .put((byte) event.stream())
            .putLong(event.time())
            .putInt(event.origin().partition())
            .putLong(event.origin().offset())
            .putInt(event.violations().size());
    Blocks.put(out, event.origin().key());
    Blocks.put(out, event.original());
    if (same) {
      out.putInt(SAME);
    } else {
      Blocks.put(out, event.content());
    }
    for (byte[] reason : reasons) {
      Blocks.put(out, reason);
    }
    return out.array();
  }

  private static Message.Event event(int stream, ByteBuffer in) {
    long time = in.getLong();
    int partition = in.getInt();
    long offset = in.getLong();
    int violations = in.getInt();
    Origin origin = new Origin(partition, offset, Blocks.getNullable(in));
    byte[] original = Blocks.get(in);
    byte[] content = Blocks.getNullable(in);
    List<Violation> reasons = List.of();
    if (violations < 0 || violations > in.remaining()) {
      throw new BufferUnderflowException();
    }
    if (violations > 0) {
      reasons = new ArrayList<>(violations);
      for (int i = 0; i < violations; i++) {
        reasons.add(
            new Violation(
                ErrorCode.valueOf(Blocks.getText(in)), Blocks.getText(in), Blocks.getText(in)));
      }
    }
    return new Message.Event(
        stream, origin, time, original, content == null ? original : content, reasons);
  }

  private static List<byte[]> reasons(List<Violation> violations) {
    if (violations.isEmpty()) {
      return List.of();
    }
    List<byte[]> reasons = new ArrayList<>(3 * violations.size());
    for (Violation violation : violations) {
      reasons.add(Blocks.utf8(violation.code().name()));
      reasons.add(Blocks.utf8(violation.field()));
      reasons.add(Blocks.utf8(violation.message()));
    }
    return reasons;
  }
}
