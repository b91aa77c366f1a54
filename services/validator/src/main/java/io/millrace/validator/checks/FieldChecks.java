package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.time.TimeBounds;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Compiles the rules of one field. */
final class FieldChecks {
  private FieldChecks() {}

  /**
   * @param isKey whether records are kept by the field's value
   */
  static List<Check> of(Stream stream, Field field, boolean isKey, InstantSource clock) {
    List<Check> checks = new ArrayList<>();
    if (field.name().equals(stream.id())) {
      checks.add(new Present(field.name(), ErrorCode.NO_ID));
    } else if (field.name().equals(stream.time())) {
      checks.add(new Present(field.name(), ErrorCode.NO_TIME));
      checks.add(new EventTime(field.name()));
      checks.add(new NotInFuture(field.name(), clock));
    } else if (field.required()) {
      checks.add(new Present(field.name(), ErrorCode.FEATURE_TYPE_NOT_PRESENT));
    }
    if (isKey && field.type().scalar() == Scalar.STRING) {
      checks.add(new MaxLength(field.name(), Limit.KEY_FIELD_CHARACTERS.most()));
    }
    if (field.type().list()) {
      checks.add(new ValueCount(field.name(), field.minValues(), field.maxValues()));
      ofValue(field).forEach(rule -> checks.add(new EachValue(rule)));
    } else if (field.name().equals(stream.time())) {
      checks.addAll(ofDomain(field.name(), field.domain()));
    } else {
      checks.addAll(ofValue(field));
    }
    return checks;
  }

  private static List<Check> ofValue(Field field) {
    List<Check> checks = new ArrayList<>();
    if (field.type().scalar() == Scalar.TIMESTAMP) {
      checks.add(new TimeRange(field.name(), TimeBounds.EARLIEST, TimeBounds.LATEST));
    }
    checks.addAll(ofDomain(field.name(), field.domain()));
    return checks;
  }

  private static List<Check> ofDomain(String field, Domain domain) {
    List<Check> checks = new ArrayList<>();
    switch (domain) {
      case Domain.Any any -> {}
      case Domain.IntDomain ints ->
          checks.add(
              new LongRange(
                  field, ints.min().orElse(Long.MIN_VALUE), ints.max().orElse(Long.MAX_VALUE)));
      case Domain.FloatDomain floats -> {
        checks.add(
            new DoubleRange(
                field,
                floats.min().orElse(Double.NEGATIVE_INFINITY),
                floats.max().orElse(Double.POSITIVE_INFINITY)));
        if (floats.disallowNan()) {
          checks.add(new NotNan(field));
        }
        if (floats.disallowInf()) {
          checks.add(new NotInfinite(field));
        }
      }
      case Domain.StringDomain strings -> {
        if (!strings.values().isEmpty()) {
          checks.add(new OneOf(field, strings.values()));
        }
        strings.maxLength().ifPresent(max -> checks.add(new MaxLength(field, max)));
      }
      case Domain.TimeDomain times ->
          checks.add(
              new TimeRange(
                  field, times.min().orElse(Long.MIN_VALUE), times.max().orElse(Long.MAX_VALUE)));
    }
    return checks;
  }
}
