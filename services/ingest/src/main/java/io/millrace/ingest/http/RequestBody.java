package io.millrace.ingest.http;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads bodies up to a bound, whether or not their length is announced. */
public final class RequestBody {
  /** A body up to so many times the bound is read to its end, so that its sender sees why. */
  private static final int PATIENCE = 4;

  private RequestBody() {}

  /**
   * The whole body.
   *
   * @throws ProblemException when it has more than {@code limit} bytes, or is compressed
   */
  public static byte[] read(InputStream in, HttpHeaders headers, int limit) {
    String encoding = headers.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new ProblemException(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE, "a body comes without Content-Encoding");
    }
    try {
      byte[] body = in.readNBytes(limit + 1);
      if (body.length > limit) {
        discard(in, (long) (PATIENCE - 1) * limit);
        throw new ProblemException(
            ErrorCode.BODY_TOO_LARGE, "a body has at most " + limit + " bytes");
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException("the body broke off", e);
    }
  }

  private static void discard(InputStream in, long most) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (long left = most; left > 0; ) {
      int read = in.read(buffer);
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }
}
