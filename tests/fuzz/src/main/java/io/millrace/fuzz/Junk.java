package io.millrace.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;

/** What may stand in any topic that others can write to. */
public final class Junk {
  private Junk() {}

  /**
   * Values of which none can be read.
   *
   * @param knownSchema an id of the wire format that the registry knows
   */
  public static List<byte[]> values(int knownSchema) {
    return List.of(
        new byte[0],
        "hello".getBytes(UTF_8),
        "{\"pipeline\": \"flights\", \"version\": 1}".getBytes(UTF_8),
        wire(1_000_001, new byte[] {2, 'a'}),
        wire(-1, new byte[0]),
        wire(knownSchema, new byte[0]),
        wire(knownSchema, new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x10}),
        wire(knownSchema, new byte[] {1, 1, 1, 1, 1, 1, 1, 1}),
        wire(knownSchema, new byte[500]));
  }

  /** A value in the wire format. */
  public static byte[] wire(int schema, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(schema).put(body).array();
  }
}
