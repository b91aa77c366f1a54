package io.millrace.features.online;

/** What the store says of one feature of one entity as of one time; the cases are Feast's. */
public sealed interface FeatureLookup {
  /**
   * @param value Long for a count, 0 too; else Double
   */
  record Present(Object value) implements FeatureLookup {}

  /** The entity is known, and nothing of it falls into the window. */
  record NullValue() implements FeatureLookup {}

  /** The entity is unknown or, having been quiet for longer than any window, forgotten. */
  record NotFound() implements FeatureLookup {}

  /** The time lies before what is kept: panes that its window needs have been dropped. */
  record OutsideMaxAge() implements FeatureLookup {}

  /** Its name in Feast's answers. */
  default String status() {
    return switch (this) {
      case Present present -> "PRESENT";
      case NullValue missing -> "NULL_VALUE";
      case NotFound unknown -> "NOT_FOUND";
      case OutsideMaxAge tooOld -> "OUTSIDE_MAX_AGE";
    };
  }
}
