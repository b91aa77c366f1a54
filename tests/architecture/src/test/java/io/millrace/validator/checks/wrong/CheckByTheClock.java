package io.millrace.validator.checks.wrong;

import java.time.Clock;

/** Brings its own clock. */
public final class CheckByTheClock {
  final Clock clock = Clock.systemUTC();
}
