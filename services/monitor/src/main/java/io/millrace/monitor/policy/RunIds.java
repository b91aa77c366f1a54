package io.millrace.monitor.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.messaging.serde.CloudEvents;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** The ids of runs: they sort as their causes do, and say no more than these. */
final class RunIds {
  private static final int BYTES = 4;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  private RunIds() {}

  /** Of the first model, once there are as many rows. */
  static String first(String pipeline, long rows) {
    return "0-rows-%012d-%s".formatted(rows, hash(pipeline, "first", "0", Long.toString(rows)));
  }

  /** Of what is wrong with a version in a window. */
  static String of(String pipeline, Signal signal, int version, long window) {
    return TIME.format(CloudEvents.instant(window))
        + "-"
        + hash(pipeline, signal.name(), Integer.toString(version), Long.toString(window));
  }

  private static String hash(String... parts) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(String.join("\n", parts).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
