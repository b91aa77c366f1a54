package io.millrace.validator.messages;

import io.millrace.messaging.watermarks.FarAhead;
import java.nio.ByteBuffer;

/**
 * An event whose time lies far ahead of its stream's clock, as received, until others have come as
 * far.
 *
 * @param since when it came here, milliseconds since the epoch
 * @param appended when it came to its topic, milliseconds since the epoch
 * @param time event time, microseconds since the epoch
 * @param id of the event, as text
 */
public record Held(long since, long appended, long time, String id, Waiting record)
    implements FarAhead.Candidate {

  /** For the state store. */
  public byte[] toBytes() {
    byte[] text = Blocks.utf8(id);
    byte[] waiting = record.toBytes();
    ByteBuffer out =
        ByteBuffer.allocate(3 * Long.BYTES + Blocks.size(text) + Blocks.size(waiting))
            .putLong(since)
            .putLong(appended)
            .putLong(time);
    Blocks.put(out, text);
    Blocks.put(out, waiting);
    return out.array();
  }

  /** The inverse of {@link #toBytes}. */
  public static Held fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Held(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        Blocks.getText(in),
        Waiting.fromBytes(Blocks.get(in)));
  }
}
