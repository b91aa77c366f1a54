package io.millrace.messaging.streams;

import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.Optional;

/** A changelog holds what is no state of its store: going on would be going on without it. */
final class DamagedStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;

  DamagedStateException(Place place, RuntimeException cause) {
    super("a state that can't be read stands in " + place, cause);
    this.place = place;
  }

  /** Where the state stands that an error comes from. */
  static Optional<Place> in(Throwable error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof DamagedStateException damaged) {
        return Optional.of(damaged.place);
      }
    }
    return Optional.empty();
  }
}
