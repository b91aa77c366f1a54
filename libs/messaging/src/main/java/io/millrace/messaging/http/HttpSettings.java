package io.millrace.messaging.http;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;
import java.util.Set;

/** Who may ask a service from a browser, below {@code millrace.http}. */
@ConfigMapping(prefix = "millrace.http")
public interface HttpSettings {
  /** Pages that may send requests, such as {@code https://desk.example.org}, besides our own. */
  Optional<Set<String>> allowedOrigins();

  /** Names, without a port, that a service on loopback answers to besides those of loopback. */
  Optional<Set<String>> allowedHosts();
}
