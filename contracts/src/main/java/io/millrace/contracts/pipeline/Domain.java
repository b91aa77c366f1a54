package io.millrace.contracts.pipeline;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** The values that a field may take; bounds are inclusive. Named after tensorflow.metadata.v0. */
public sealed interface Domain {
  /** Any value of the type. */
  record Any() implements Domain {}

  record IntDomain(OptionalLong min, OptionalLong max) implements Domain {}

  record FloatDomain(
      OptionalDouble min, OptionalDouble max, boolean disallowNan, boolean disallowInf)
      implements Domain {}

  /** Allowed values in file order; empty means any. {@code maxLength} is in UTF-16 code units. */
  record StringDomain(Set<String> values, OptionalLong maxLength) implements Domain {
    public StringDomain {
      values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
    }
  }

  /** Bounds in microseconds since the epoch. */
  record TimeDomain(OptionalLong min, OptionalLong max) implements Domain {}
}
