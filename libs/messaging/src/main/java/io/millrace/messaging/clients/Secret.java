package io.millrace.messaging.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** A secret that is set itself, or stands in a file; never part of a text. */
public final class Secret {
  private final Supplier<String> value;

  private Secret(Supplier<String> value) {
    this.value = value;
  }

  /** The file wins, and is read at each use. */
  static Optional<Secret> of(Optional<String> value, Optional<Path> file) {
    return file.<Secret>map(path -> new Secret(() -> read(path)))
        .or(() -> value.map(text -> new Secret(() -> text)));
  }

  /** The password of a login, if it has one. */
  public static Supplier<Optional<String>> password(ClientSettings.Login login) {
    return reading(login.password(), login.passwordFile());
  }

  /** A secret that is set itself or stands in a file, which wins; it is read at each use. */
  public static Supplier<Optional<String>> reading(Optional<String> value, Optional<Path> file) {
    Optional<Secret> secret = of(value, file);
    return () -> secret.map(Secret::reveal);
  }

  String reveal() {
    return value.get();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the secret in " + file + " can't be read", e);
    }
  }

  @Override
  public String toString() {
    return "[hidden]";
  }
}
