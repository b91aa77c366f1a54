package io.millrace.features.wrong;

import io.millrace.validator.checks.WrongCheckUtil;
import io.quarkus.runtime.Quarkus;

/** Breaks what a library promises: knows a service and its container. */
public final class WrongLibrary {
  WrongCheckUtil service;

  void run() {
    Quarkus.waitForExit();
  }
}
