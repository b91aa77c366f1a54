package io.millrace.serving.models;

import io.millrace.contracts.errors.ErrorCode;
import java.util.List;
import java.util.Optional;

/** Says nothing. */
public final class SilentObserver implements ModelObserver {
  @Override
  public void loaded(String model, int version) {}

  @Override
  public void refused(String model, int version, ErrorCode code, String message) {}

  @Override
  public void alert(
      String model,
      String alias,
      int version,
      ErrorCode code,
      String message,
      Optional<Integer> live) {}

  @Override
  public void notFinite(String model, int version) {}

  @Override
  public void notFiniteOver(String model, int version) {}

  @Override
  public void otherMeaning(ModelIdentity model, int running, List<String> inputs) {}

  @Override
  public void otherMeaningOver(String model) {}

  @Override
  public void alertOver(String model, String alias, int version) {}
}
