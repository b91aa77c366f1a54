package io.millrace.validator.messages;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A record whose schema can't be had at present, as received, until it can. */
public record Waiting(Origin origin, Headers headers, byte[] value) {

  /** For the state store. */
  public byte[] toBytes() {
    List<byte[]> blocks = new ArrayList<>();
    int size = Integer.BYTES + Long.BYTES + Integer.BYTES + Blocks.size(origin.key());
    int count = 0;
    for (Header header : headers) {
      byte[] name = Blocks.utf8(header.key());
      size += Blocks.size(name) + Blocks.size(header.value());
      blocks.add(name);
      blocks.add(header.value());
      count++;
    }
    ByteBuffer out =
        ByteBuffer.allocate(size + Blocks.size(value))
            .putInt(origin.partition())
            .putLong(origin.offset())
            .putInt(count);
    Blocks.put(out, origin.key());
    blocks.forEach(block -> Blocks.put(out, block));
    Blocks.put(out, value);
    return out.array();
  }

  /** The inverse of {@link #toBytes}. */
  public static Waiting fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int partition = in.getInt();
    long offset = in.getLong();
    int count = in.getInt();
    Origin origin = new Origin(partition, offset, Blocks.getNullable(in));
    Headers headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      headers.add(new RecordHeader(Blocks.getText(in), Blocks.getNullable(in)));
    }
    return new Waiting(origin, headers, Blocks.get(in));
  }
}
