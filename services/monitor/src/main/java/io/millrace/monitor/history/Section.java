package io.millrace.monitor.history;

import java.util.Locale;

/** A part of what is known of a pipeline, which changes as a whole. */
public enum Section {
  PIPELINE,
  DATA,
  RUNS,
  MODELS,
  METRICS,
  DRIFT,
  ALERTS,
  SERVICES;

  /** As events name it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
