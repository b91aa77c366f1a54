package io.millrace.validator.checks.wrong;

import java.util.Random;

/** Decides otherwise after a restart. */
public final class CheckByChance {
  boolean holds() {
    return new Random().nextBoolean();
  }
}
