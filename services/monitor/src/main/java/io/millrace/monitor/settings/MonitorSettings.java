package io.millrace.monitor.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What monitor alone can be told, below {@code millrace.monitor}. */
@ConfigMapping(prefix = "millrace.monitor")
public interface MonitorSettings {
  /**
   * A window closes by wall clock when nothing has arrived for this long, and a live champion
   * without predictions for this long is an alert.
   */
  @WithDefault("10m")
  Duration idle();

  /** A run that is open longer than this, by wall clock, is ended. */
  @WithDefault("30m")
  Duration runTimeout();
}
