package io.millrace.contracts.runs;

import java.util.Locale;

/** A step of a run by its name; those of a newer Millrace are carried along. */
public sealed interface Step {
  /** As events and pages name it. */
  String text();

  /** The step with this name. */
  static Step of(String text) {
    for (Known known : Known.values()) {
      if (known.text().equals(text)) {
        return known;
      }
    }
    return new Unknown(text);
  }

  /** The steps that this version takes, in their order. */
  enum Known implements Step {
    /** Somebody asked for a model; opens the run. */
    REQUESTED,
    /** The transformer froze the rows and fitted the transform. */
    TRANSFORM,
    /** The trainer made a candidate. */
    TRAIN,
    /** The evaluator judged the candidate. */
    EVALUATE,
    /** The trainer made the blessed model anew from train and eval rows. */
    REFIT,
    /** The verdict is carried out; closes the run. */
    FINISH,
    /** The run ended without a verdict; closes it. */
    FAIL;

    @Override
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the run is over with it. */
    public boolean closes() {
      return this == FINISH || this == FAIL;
    }
  }

  record Unknown(String text) implements Step {}
}
