package io.millrace.evaluator.steps;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.artifacts.Digest;

/** A hash of all that a step's outputs depend on. */
final class Fingerprint {
  private Fingerprint() {}

  static String of(Object... parts) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part).append('\n');
    }
    return Digest.of(text.toString().getBytes(UTF_8)).sha256();
  }
}
