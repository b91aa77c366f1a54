package io.millrace.serving;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;

/** The online store's settings, below {@code millrace.redis}. */
@ConfigMapping(prefix = "millrace.redis")
interface RedisSettings {
  /** A password goes here too ({@code redis://:…@host:6379}), by file or environment. */
  @WithDefault("redis://localhost:6379")
  URI url();
}
