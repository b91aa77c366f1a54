package io.millrace.contracts.pipeline;

import java.time.Duration;

/**
 * How predictions are asked for, beside the online protocols.
 *
 * @param stream whether every vector is predicted as it streams by
 * @param keepOld for how long after a change of the file the windowed features are computed too
 *     that the model takes which is live, where the file means others by their names
 */
public record Serve(boolean stream, Duration keepOld) {
  public static final Serve DEFAULT = new Serve(true, Duration.ofDays(30));
}
