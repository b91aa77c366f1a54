package io.millrace.contracts.pipeline;

/**
 * How predictions are asked for, beside the online protocols.
 *
 * @param stream whether every vector is predicted as it streams by
 */
public record Serve(boolean stream) {
  public static final Serve DEFAULT = new Serve(true);
}
