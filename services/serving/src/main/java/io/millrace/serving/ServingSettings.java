package io.millrace.serving;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Serving's own settings, below {@code millrace.serving}. */
@ConfigMapping(prefix = "millrace.serving")
public interface ServingSettings {
  /** The most rows in one request. */
  @WithDefault("10000")
  int maxRows();

  /** The most vectors that the stream predicts at once. */
  @WithDefault("2000")
  int streamBatch();

  /** Threads that one run of a model may use. */
  @WithDefault("1")
  int threads();

  /** How long a request waits for Redis before it is answered without windowed features. */
  @WithDefault("250ms")
  Duration featuresTimeout();

  /** How many predictions by HTTP wait for Kafka before further ones are dropped. */
  @WithDefault("10000")
  int bufferedPredictions();

  /** In how much memory, about. */
  @WithDefault("67108864")
  long bufferedBytes();
}
