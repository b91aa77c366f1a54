package io.millrace.serving.features;

import io.millrace.contracts.pipeline.Meaning;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.serde.KeptValues;
import java.util.Optional;

/**
 * Where a row's features come from.
 *
 * @param maker the file that says what they mean; empty where it isn't known any more
 * @param kept what it brings along for a model that was trained by an earlier file
 */
public record RowOrigin(Optional<Pipeline> maker, Optional<Kept> kept) {
  /**
   * @param by the earlier file
   */
  public record Kept(Pipeline by, KeptValues values) {}

  boolean isMaker(Pipeline file) {
    return maker.isPresent() && maker.get() == file;
  }

  /** Whether the row has a feature as a file means it. */
  boolean means(String feature, Pipeline file) {
    return maker.filter(own -> Meaning.isSameFeature(feature, file, own)).isPresent();
  }

  /** What is brought along of a windowed feature as a file means it. */
  Optional<KeptValues> kept(String feature, Pipeline file) {
    return kept.filter(
            other ->
                other.values().features().containsKey(feature)
                    && Meaning.isSameFeature(feature, file, other.by()))
        .map(Kept::values);
  }
}
