package io.millrace.local.replay.files;

import com.google.common.base.Throwables;
import com.google.common.io.Closeables;
import com.google.common.io.CountingInputStream;
import com.google.common.primitives.Bytes;
import io.millrace.local.terminal.CommandFailedException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** A file of text in UTF-8, plain or packed by gzip. */
final class TextFile implements AutoCloseable {
  private static final int LOOK = 64;
  private static final int BUFFER = 64 * 1024;

  private final Path path;
  private final CountingInputStream read;
  private final Reader text;

  /**
   * @throws CommandFailedException when it can't be opened, or is in UTF-16
   */
  TextFile(Path path) {
    this.path = path;
    InputStream opened = InputStream.nullInputStream();
    try {
      opened = Files.newInputStream(path);
      this.read = new CountingInputStream(opened);
      this.text =
          new BufferedReader(
              new InputStreamReader(
                  withoutMark(unpacked(buffered(read))),
                  StandardCharsets.UTF_8
                      .newDecoder()
                      .onMalformedInput(CodingErrorAction.REPORT)
                      .onUnmappableCharacter(CodingErrorAction.REPORT)),
              BUFFER);
    } catch (IOException | CommandFailedException e) {
      Closeables.closeQuietly(opened);
      throw unreadable(e);
    }
  }

  Reader text() {
    return text;
  }

  /** How many bytes of the file have been taken so far. */
  long bytesRead() {
    return read.getCount();
  }

  /** What the user reads of a failure while this was read. */
  CommandFailedException unreadable(Throwable failure) {
    for (Throwable cause : Throwables.getCausalChain(failure)) {
      if (cause instanceof CommandFailedException told) {
        return told;
      }
      if (cause instanceof CharacterCodingException) {
        return new CommandFailedException(
            "%s line %d is not UTF-8 (perhaps ISO-8859-1 or Windows-1252); convert the file first, as with iconv -t UTF-8; nothing was sent"
                .formatted(path, firstLineOfAnotherEncoding()),
            failure);
      }
      if (cause instanceof EOFException) {
        return new CommandFailedException(
            path + " is packed by gzip, and cut off; nothing was sent", failure);
      }
    }
    return new CommandFailedException(
        "%s cannot be read: %s; nothing was sent"
            .formatted(path, Throwables.getRootCause(failure).getMessage()),
        failure);
  }

  private static BufferedInputStream buffered(InputStream in) {
    return new BufferedInputStream(in, BUFFER);
  }

  private static InputStream unpacked(BufferedInputStream in) throws IOException {
    byte[] begin = look(in);
    return GzipCompressorInputStream.matches(begin, begin.length)
        ? buffered(new GzipCompressorInputStream(in, true))
        : in;
  }

  /** Every other byte of UTF-16 is a zero where text is ASCII, as the header's is. */
  private InputStream withoutMark(InputStream in) throws IOException {
    byte[] begin = look(in);
    if (startsWith(begin, 0xff, 0xfe)
        || startsWith(begin, 0xfe, 0xff)
        || Bytes.contains(begin, (byte) 0)) {
      throw new CommandFailedException(
          path
              + " is not UTF-8 (perhaps UTF-16, or no text); convert the file first, as with iconv -f UTF-16 -t UTF-8; nothing was sent");
    }
    if (startsWith(begin, 0xef, 0xbb, 0xbf)) {
      in.skipNBytes(3);
    }
    return in;
  }

  private static boolean startsWith(byte[] bytes, int... begin) {
    if (bytes.length < begin.length) {
      return false;
    }
    for (int i = 0; i < begin.length; i++) {
      if (bytes[i] != (byte) begin[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] look(InputStream in) throws IOException {
    in.mark(LOOK);
    byte[] begin = in.readNBytes(LOOK);
    in.reset();
    return begin;
  }

  /** A line's end is no part of a longer character, so that each line can be looked at alone. */
  private long firstLineOfAnotherEncoding() {
    try (InputStream in = unpacked(buffered(Files.newInputStream(path)))) {
      byte[] line = new byte[BUFFER];
      int length = 0;
      long number = 1;
      for (int b = in.read(); ; b = in.read()) {
        if (b < 0 || (b == '\n' && !isUtf8(line, length))) {
          return number;
        }
        if (b == '\n') {
          length = 0;
          number++;
        } else {
          if (length == line.length) {
            line = Arrays.copyOf(line, 2 * length);
          }
          line[length++] = (byte) b;
        }
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static boolean isUtf8(byte[] bytes, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      text.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
