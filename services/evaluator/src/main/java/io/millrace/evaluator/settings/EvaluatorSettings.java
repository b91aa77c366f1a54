package io.millrace.evaluator.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What the evaluator alone can be told, below {@code millrace.evaluator}. */
@ConfigMapping(prefix = "millrace.evaluator")
public interface EvaluatorSettings {
  /** A change is not judged on fewer held-out rows that the champion was not trained on. */
  @WithDefault("1000")
  int leastUnseenRows();

  /** How many slices of each grouping a verdict shows, the largest ones. */
  @WithDefault("1000")
  int mostSlices();

  /** A larger model file is refused, in bytes. */
  @WithDefault("268435456")
  long mostModelBytes();

  /** How many requests the warm-up file holds. */
  @WithDefault("100")
  int warmupRequests();

  /** How many rounds a model that is too slow is measured in: the machine may be busy. */
  @WithDefault("5")
  int latencyAttempts();

  /** How many threads a session may use. */
  @WithDefault("1")
  int threads();

  /** How much memory the pass over the rows may take, as DuckDB writes it; more spills. */
  @WithDefault("512MB")
  String memory();
}
