package io.millrace.transformer.fit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The settings of the transform step, below {@code millrace.fit}. */
@ConfigMapping(prefix = "millrace.fit")
interface FitSettings {
  /** How much memory the pass over the rows may take, as DuckDB writes it; more spills. */
  @WithDefault("512MB")
  String memory();
}
