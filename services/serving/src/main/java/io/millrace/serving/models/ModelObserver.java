package io.millrace.serving.models;

import io.millrace.contracts.errors.ErrorCode;
import java.util.List;
import java.util.Optional;

/** Is told what becomes of models; answers at once and never fails. */
public interface ModelObserver {
  /** A version is in memory and passed all checks. */
  void loaded(String model, int version);

  /** A version must not be used. */
  void refused(String model, int version, ErrorCode code, String message);

  /**
   * An alias names a version that can't be used.
   *
   * @param live what answers instead; empty: nothing
   */
  void alert(
      String model,
      String alias,
      int version,
      ErrorCode code,
      String message,
      Optional<Integer> live);

  /** A version in use answers vectors of the stream with NaN or an infinity. */
  void notFinite(String model, int version);

  /** Another version is used in its place. */
  void notFiniteOver(String model, int version);

  /**
   * The live version was trained by another version of the pipeline than the one that runs, which
   * means something else by some of its inputs, and what they meant is not made any more.
   */
  void otherMeaning(ModelIdentity model, int running, List<String> inputs);

  /** The live version's inputs mean what the pipeline means by them. */
  void otherMeaningOver(String model);

  /** What the alert said of an alias is over. */
  void alertOver(String model, String alias, int version);
}
