package io.millrace.contracts.pipeline;

import java.util.Arrays;
import java.util.Optional;

/** What is removed of a pipeline, beside its data topics and all that was made of their records. */
public enum Purge {
  /** All of it. */
  DELETE(false, false, false),
  /** All but parts, runs and models, and what was said of them. */
  DELETE_KEEPING_DATA(false, true, true),
  /** All but its file, which is applied again. */
  RESET(true, false, false),
  /** All but its file, which is applied again, and its models. */
  RESET_KEEPING_MODELS(true, false, true);

  private final boolean beginsAgain;
  private final boolean keepsData;
  private final boolean keepsModels;

  Purge(boolean beginsAgain, boolean keepsData, boolean keepsModels) {
    this.beginsAgain = beginsAgain;
    this.keepsData = keepsData;
    this.keepsModels = keepsModels;
  }

  /** The one of a name; empty for what a newer Millrace may have. */
  public static Optional<Purge> named(String name) {
    return Arrays.stream(values()).filter(purge -> purge.name().equals(name)).findFirst();
  }

  /** Whether the file is applied again, and its versions and schemas stay. */
  public boolean beginsAgain() {
    return beginsAgain;
  }

  /** Whether parts and runs stay. */
  public boolean keepsData() {
    return keepsData;
  }

  /** Whether versions of models and their aliases stay. */
  public boolean keepsModels() {
    return keepsModels;
  }
}
