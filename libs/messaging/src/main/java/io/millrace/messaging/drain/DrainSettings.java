package io.millrace.messaging.drain;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a service that is told to stop goes on answering, below {@code millrace.drain}. */
@ConfigMapping(prefix = "millrace.drain")
public interface DrainSettings {
  /** Then it stops, whoever asks; zero: it stops at once. */
  @WithDefault("PT0S")
  Duration atMost();

  /** For as long as others may not know yet that it is about to go. */
  @WithDefault("PT10S")
  Duration atLeast();

  /** Without a request it stops. */
  @WithDefault("PT5S")
  Duration quiet();
}
