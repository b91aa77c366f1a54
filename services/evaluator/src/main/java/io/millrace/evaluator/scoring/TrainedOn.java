package io.millrace.evaluator.scoring;

import io.millrace.artifacts.datasets.Manifest;

/** Which rows a model may have been trained on. */
public sealed interface TrainedOn {
  boolean contains(String id, long time);

  /** Rows of a manifest's window: all of them, or those that it does not hold out. */
  record Rows(Manifest manifest, boolean heldOutToo) implements TrainedOn {
    @Override
    public boolean contains(String id, long time) {
      return time > manifest.from()
          && time <= manifest.to()
          && (heldOutToo || !manifest.split().contains(id, time));
    }
  }

  /** Nobody knows: perhaps all. */
  record Unknown() implements TrainedOn {
    @Override
    public boolean contains(String id, long time) {
      return true;
    }
  }
}
