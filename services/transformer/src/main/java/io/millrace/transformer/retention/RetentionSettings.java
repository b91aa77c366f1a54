package io.millrace.transformer.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When files go that nothing refers to, below {@code millrace.retention}. */
@ConfigMapping(prefix = "millrace.retention")
public interface RetentionSettings {
  /** Whether they go, by themselves and by request; else they are only shown. */
  @WithDefault("false")
  boolean enabled();

  /** From one collection to the next; also from a start to the first. */
  @WithDefault("PT6H")
  Duration every();

  /** A file that is younger stays: what it is for may not have been said yet. */
  @WithDefault("PT24H")
  Duration grace();
}
