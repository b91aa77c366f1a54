package io.millrace.local.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Shows what another process appends to a file. */
public final class FollowedFile implements AutoCloseable {
  private final FileChannel file;
  private final PrintWriter out;

  public FollowedFile(Path path, PrintWriter out) {
    try {
      this.file = FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.out = out;
  }

  /** Prints what has come since the last call. */
  public void show() {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    try {
      while (file.read(buffer) > 0) {
        out.print(StandardCharsets.UTF_8.decode(buffer.flip()));
        buffer.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.flush();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
