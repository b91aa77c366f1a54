package io.millrace.transformer.retention;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When files go that nothing refers to, below {@code millrace.retention}. */
@ConfigMapping(prefix = "millrace.retention")
public interface RetentionSettings {
  /** Whether they go, by themselves and by request; else they are only shown. */
  @WithDefault("true")
  boolean enabled();

  /** From one collection to the next; also from a start to the first. */
  @WithDefault("PT6H")
  Duration every();

  /** A file that is younger stays: what it is for may not have been said yet. */
  @WithDefault("PT24H")
  Duration grace();

  /** What a step takes to say what it has put a file for, and a writer that is slow. */
  Duration LEAST_GRACE = Duration.ofHours(2);

  /**
   * Refuses what can't be.
   *
   * @throws ConfigValidationException with the code, which ends the service at its start
   */
  static void require(RetentionSettings settings) {
    if (settings.grace().compareTo(LEAST_GRACE) < 0) {
      throw new ConfigValidationException(
          new Problem[] {
            new Problem(
                "%s: millrace.retention.grace is %s, and %s at least"
                    .formatted(ErrorCode.SETTING_INVALID, settings.grace(), LEAST_GRACE))
          });
    }
  }

  /**
   * Refuses a request where nothing goes.
   *
   * @throws ProblemException with the code
   */
  static void requireEnabled(RetentionSettings settings) {
    if (!settings.enabled()) {
      throw new ProblemException(
          ErrorCode.INVALID_REQUEST,
          "nothing is collected where millrace.retention.enabled is false");
    }
  }
}
