package io.millrace.validator.checks;

import io.millrace.contracts.time.EpochUnit;
import io.millrace.contracts.time.EventTimes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A time at which an event can have happened. */
record EventTime(String field) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof Long micros) || EventTimes.contain(micros);
  }

  @Override
  public Violation violation(@Nullable Object value) {
    EventTimes.Problem problem =
        EventTimes.problem((Long) Objects.requireNonNull(value), EpochUnit.US).orElseThrow();
    return new Violation(problem.code(), field, field + ": " + problem.message());
  }
}
