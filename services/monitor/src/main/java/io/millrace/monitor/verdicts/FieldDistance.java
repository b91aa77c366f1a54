package io.millrace.monitor.verdicts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.millrace.contracts.pipeline.Monitor.Drift;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a field's values in a window are from others.
 *
 * @param version SKEW: whose training data; of the score: whose scores
 * @param referenceStart DRIFT: where the window one season before begins
 * @param count values in the window, missing ones too
 * @param jsdBits null when a side has no values
 * @param chance how great jsdBits may be by chance
 * @param lInfinity of categories only
 * @param lInfinityChance how great lInfinity may be by chance
 * @param strange the share of the window that values have beyond {@value DistanceRule#STRANGE}
 *     times their share among the others
 */
public record FieldDistance(
    String field,
    Kind kind,
    @Nullable Integer version,
    @Nullable Long referenceStart,
    long count,
    long referenceCount,
    @Nullable Double jsdBits,
    @Nullable Double chance,
    @Nullable Double lInfinity,
    @Nullable Double lInfinityChance,
    @Nullable Double strange,
    Outcome outcome) {
  /** The field that stands for what the model answers. */
  public static final String SCORE = Drift.SCORE;

  /** What the values are compared with. */
  public enum Kind {
    /** The training data of the live version. */
    SKEW,
    /** The window one season before. */
    DRIFT
  }

  /** What the distance means. */
  public enum Outcome {
    TOO_FEW_EXAMPLES,
    NO_REFERENCE,
    WITHIN,
    EXCEEDED
  }

  /** Whether the other one is between the same values. */
  boolean isOfTheSame(FieldDistance other) {
    return field.equals(other.field)
        && kind == other.kind
        && Objects.equals(version, other.version)
        && Objects.equals(referenceStart, other.referenceStart);
  }

  @JsonIgnore
  public boolean isJudged() {
    return outcome == Outcome.WITHIN || outcome == Outcome.EXCEEDED;
  }
}
