package io.millrace.serving.features;

import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.online.Freshness;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How one windowed feature of one row was come by.
 *
 * @param status Feast's name, or {@link #GIVEN}, {@link #OTHER_MEANING} or {@link #UNAVAILABLE}
 * @param ageMillis from the newest pane's end to the example's time, of a value from the store
 */
public record FeatureState(String status, OptionalLong ageMillis) {
  /** The request brought it. */
  public static final FeatureState GIVEN = new FeatureState("GIVEN", OptionalLong.empty());

  /** Whoever made the row means something else by the feature than the model does. */
  public static final FeatureState OTHER_MEANING =
      new FeatureState("OTHER_MEANING", OptionalLong.empty());

  /** Of a vector, which has all labels up to its time, so that only the open pane is missing. */
  public static FeatureState ofVector(Windowed feature, @Nullable Object value, OptionalLong time) {
    return value == null || time.isEmpty()
        ? new FeatureState("NULL_VALUE", OptionalLong.empty())
        : new FeatureState(
            "PRESENT",
            OptionalLong.of(Freshness.ageMillis(feature, time.getAsLong(), time.getAsLong())));
  }

  /** The store did not answer in time. */
  public static final FeatureState UNAVAILABLE =
      new FeatureState("UNAVAILABLE", OptionalLong.empty());
}
