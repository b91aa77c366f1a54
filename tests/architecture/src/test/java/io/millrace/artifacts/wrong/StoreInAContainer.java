package io.millrace.artifacts.wrong;

import io.quarkus.runtime.Quarkus;

/** A library that can't be used without Quarkus. */
public final class StoreInAContainer {
  void stop() {
    Quarkus.asyncExit();
  }
}
