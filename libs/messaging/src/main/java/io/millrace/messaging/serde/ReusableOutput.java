package io.millrace.messaging.serde;

import java.io.ByteArrayOutputStream;

/** A byte array that is written over and over, without synchronisation. */
final class ReusableOutput extends ByteArrayOutputStream {
  ReusableOutput() {
    super(512);
  }

  @Override
  public void write(int b) {
    if (count == buf.length) {
      buf = java.util.Arrays.copyOf(buf, count * 2);
    }
    buf[count++] = (byte) b;
  }
}
