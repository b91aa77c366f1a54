package io.millrace.contracts.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is watched, and when it asks for a new model.
 *
 * @param window event time that one judgement covers
 * @param decay empty: no live metric is judged
 */
public record Monitor(Duration window, Drift drift, Optional<Decay> decay, Retrain retrain) {
  public static final Monitor DEFAULT =
      new Monitor(Duration.ofHours(24), Drift.DEFAULT, Optional.empty(), Retrain.DEFAULT);

  /** What a monitor may find. */
  public enum Signal {
    DECAY,
    DRIFT,
    SKEW
  }

  /** How far apart two distributions are. */
  public enum Distance {
    /** Jensen-Shannon divergence in bits, 0 to 1. */
    JSD_BITS,
    /** Greatest difference of a value's share, 0 to 1. */
    L_INFINITY
  }

  /**
   * How inputs may differ from those of the window {@code against} before: one season.
   *
   * @param limits the greatest distances allowed
   * @param minExamples a window with fewer is not judged
   * @param fields what else holds for some inputs of the model, or for {@link #SCORE}
   */
  public record Drift(
      Duration against,
      Map<Distance, Double> limits,
      long minExamples,
      Map<String, FieldRule> fields) {
    /** The field that stands for what the model answers. */
    public static final String SCORE = "_score";

    public static final Drift DEFAULT =
        new Drift(Duration.ofDays(1), Map.of(Distance.JSD_BITS, 0.1), 500, Map.of());

    /**
     * What holds for one field.
     *
     * @param against empty: as for all
     * @param limits none: as for all
     * @param ignored whether it is not compared at all
     */
    public record FieldRule(
        Optional<Duration> against, Map<Distance, Double> limits, boolean ignored) {
      public FieldRule {
        limits = Map.copyOf(limits);
      }
    }

    public Drift {
      limits = Map.copyOf(limits);
      fields = Map.copyOf(fields);
    }

    public boolean ignores(String field) {
      return fields.containsKey(field) && fields.get(field).ignored();
    }

    /** How long before a field's other window is. */
    public Duration against(String field) {
      return fields.containsKey(field) ? fields.get(field).against().orElse(against) : against;
    }

    /** The greatest distances that a field may have. */
    public Map<Distance, Double> limits(String field) {
      return fields.containsKey(field) && !fields.get(field).limits().isEmpty()
          ? fields.get(field).limits()
          : limits;
    }
  }

  /**
   * A live metric that is worse than one of its baselines.
   *
   * @param drop by how much, whichever direction is worse for the metric
   * @param windows in how many windows in a row
   * @param baselineWindows one baseline is the median of this many of the version's last judged
   *     windows
   * @param firstWindows another is the median of this many of its first ones; 0: there is none
   */
  public record Decay(
      Metric metric, double drop, int windows, int baselineWindows, int firstWindows) {
    public static final int DEFAULT_WINDOWS = 2;
    public static final int DEFAULT_BASELINE_WINDOWS = 7;
    public static final int DEFAULT_FIRST_WINDOWS = 5;
  }

  /**
   * What asks for a new model.
   *
   * @param on signals that start a run
   * @param firstAfter rows before the first run
   * @param cooldown event time between two runs
   * @param warn signals that only raise an alert
   */
  public record Retrain(Set<Signal> on, long firstAfter, Duration cooldown, Set<Signal> warn) {
    public static final Retrain DEFAULT =
        new Retrain(Set.of(), 10_000, Duration.ofDays(1), Set.of());

    public Retrain {
      on = Set.copyOf(on);
      warn = Set.copyOf(warn);
    }
  }
}
