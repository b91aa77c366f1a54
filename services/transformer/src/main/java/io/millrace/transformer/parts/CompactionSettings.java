package io.millrace.transformer.parts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When small parts become large ones, below {@code millrace.compaction}. */
@ConfigMapping(prefix = "millrace.compaction")
public interface CompactionSettings {
  /** Whether they do. */
  @WithDefault("true")
  boolean enabled();

  /** From one look at a pipeline's parts to the next; also from a start to the first. */
  @WithDefault("PT10M")
  Duration every();

  /** How long past an hour or a day, in event time, its parts are left alone. */
  @WithDefault("PT15M")
  Duration delay();

  /** How much memory a merge may take, as DuckDB writes it; more spills. */
  @WithDefault("256MB")
  String memory();
}
