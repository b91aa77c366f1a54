package io.millrace.messaging.consumers;

import io.millrace.messaging.pipelines.PipelineFailure.Place;

/** A handler knows at which record it failed; else its whole batch is under suspicion. */
public final class RecordFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Place place;

  public RecordFailedException(Place place, Throwable cause) {
    super("at " + place, cause);
    this.place = place;
  }

  Place place() {
    return place;
  }
}
