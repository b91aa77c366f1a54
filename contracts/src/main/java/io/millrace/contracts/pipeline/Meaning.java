package io.millrace.contracts.pipeline;

import java.util.Optional;

/** Whether a name means the same in two versions of a pipeline. */
public final class Meaning {
  private Meaning() {}

  /**
   * Whether a feature's values are made alike, be it of the example or none of both. What a window
   * sums of the label goes by the label's expression.
   */
  public static boolean isSameFeature(String name, Pipeline one, Pipeline other) {
    if (one == other) {
      return true;
    }
    Optional<Windowed> windowed = windowed(name, one);
    return derived(name, one).equals(derived(name, other))
        && windowed.equals(windowed(name, other))
        && (windowed.isEmpty() || areSameTimes(one, other))
        && (windowed.isEmpty()
            || !windowed.get().field().equals(one.label().name())
            || isSameValue(one.label(), other.label()));
  }

  /** Whether the label of an example, and which examples have one, is worked out alike. */
  public static boolean isSameLabel(Pipeline one, Pipeline other) {
    return one.label().equals(other.label()) && areSameTimes(one, other);
  }

  /** Whether event time is read from the same fields. */
  public static boolean areSameTimes(Pipeline one, Pipeline other) {
    return one.exampleStream().time().equals(other.exampleStream().time())
        && one.labelStream().time().equals(other.labelStream().time());
  }

  private static boolean isSameValue(Label one, Label other) {
    return one.name().equals(other.name())
        && one.kind() == other.kind()
        && one.value().equals(other.value());
  }

  private static Optional<Derived> derived(String name, Pipeline of) {
    return of.derived().stream().filter(feature -> feature.name().equals(name)).findFirst();
  }

  private static Optional<Windowed> windowed(String name, Pipeline of) {
    return of.windowed().stream().filter(feature -> feature.name().equals(name)).findFirst();
  }
}
