package io.millrace.validator.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Scalar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class FieldOrderTest {
  private static final List<Field> FIELDS =
      List.of(
          Readings.required(
              Readings.field(
                  "a", Scalar.INT, new Domain.IntDomain(OptionalLong.of(0), OptionalLong.of(9)))),
          Readings.field(
              "b",
              Scalar.FLOAT,
              new Domain.FloatDomain(OptionalDouble.of(0), OptionalDouble.of(1), true, true)),
          Readings.field(
              "c", Scalar.STRING, new Domain.StringDomain(Set.of("x"), OptionalLong.of(1))));

  @Property
  void shouldGiveTheSameReasonsInAnyOrderOfTheFields(
      @ForAll("values") Map<String, Object> values, @ForAll("orders") List<Field> order) {
    assertThat(reasons(order, values)).isEqualTo(reasons(FIELDS, values));
  }

  @Provide
  Arbitrary<List<Field>> orders() {
    return Arbitraries.shuffle(FIELDS);
  }

  @Provide
  Arbitrary<Map<String, Object>> values() {
    return Combinators.combine(
            Arbitraries.longs().between(-3, 12).injectNull(0.2),
            Arbitraries.of(-1.0, 0.0, 0.5, 2.0, Double.NaN, Double.POSITIVE_INFINITY),
            Arbitraries.of("x", "y", "xx").injectNull(0.2))
        .as(
            (a, b, c) -> {
              Map<String, Object> values = new HashMap<>(Readings.event("1", 0L));
              values.put("a", a);
              values.put("b", b);
              values.put("c", c);
              return values;
            });
  }

  private static Set<Violation> reasons(List<Field> fields, Map<String, Object> values) {
    return switch (Readings.verdict(fields, values)) {
      case Verdict.Valid valid -> Set.of();
      case Verdict.Invalid invalid -> new HashSet<>(invalid.violations());
    };
  }
}
