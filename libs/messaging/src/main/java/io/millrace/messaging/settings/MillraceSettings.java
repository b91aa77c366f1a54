package io.millrace.messaging.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** The settings that every service has, below {@code millrace}. */
@ConfigMapping(prefix = "millrace")
public interface MillraceSettings {
  /** Unique per process: static group membership and metrics hang on it. */
  @WithDefault("${HOSTNAME:local}")
  String instance();

  State state();

  Streams streams();

  Runs runs();

  /** Where local state lives. */
  interface State {
    @WithDefault("${java.io.tmpdir}/millrace")
    Path dir();
  }

  /** Runs of training. */
  interface Runs {
    /** How long a step waits for neighbours that are away, in all, before its run fails. */
    @WithDefault("PT30M")
    Duration patience();
  }

  /** Kafka Streams. */
  interface Streams {
    /** Stream threads of each pipeline's application. */
    @WithDefault("1")
    int threads();

    /** Every read-committed hop costs one of these. */
    @WithDefault("100ms")
    Duration commitInterval();

    /** Bytes of record cache of each pipeline's application. */
    @WithDefault("16777216")
    long cacheBytes();

    /** Bytes that all local stores of the process share outside of the heap. */
    @WithDefault("134217728")
    long rocksdbBytes();
  }
}
