package io.millrace.serving.models;

import io.millrace.contracts.errors.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it is told, in words. */
public final class RecordingObserver implements ModelObserver {
  public final List<String> told = new CopyOnWriteArrayList<>();

  @Override
  public void loaded(String model, int version) {
    told.add("loaded " + version);
  }

  @Override
  public void refused(String model, int version, ErrorCode code, String message) {
    told.add("refused " + version + " " + code);
  }

  @Override
  public void alert(
      String model,
      String alias,
      int version,
      ErrorCode code,
      String message,
      Optional<Integer> live) {
    told.add(
        "alert %s %d %s live %s"
            .formatted(alias, version, code, live.map(String::valueOf).orElse("none")));
  }

  @Override
  public void notFinite(String model, int version) {
    told.add("not finite " + version);
  }

  @Override
  public void notFiniteOver(String model, int version) {
    told.add("finite again, without " + version);
  }

  @Override
  public void otherMeaning(ModelIdentity model, int running, List<String> inputs) {
    told.add("other meaning " + model.version() + " " + inputs);
  }

  @Override
  public void otherMeaningOver(String model) {
    told.add("same meaning");
  }

  @Override
  public void alertOver(String model, String alias, int version) {
    told.add("over " + alias + " " + version);
  }
}
