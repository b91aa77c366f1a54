package io.millrace.validator.checks;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Stream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;

/**
 * All the rules of one stream, compiled once; the events are records of the stream's own schema,
 * whose fields stand in the order of the file. Types are given by Avro.
 */
public final class EventChecks {
  private final Check[] checks;
  private final int[] positions;

  private EventChecks(Check[] checks, int[] positions) {
    this.checks = checks;
    this.positions = positions;
  }

  /**
   * @param entities fields that name an entity, and are no longer than an id may be
   * @param clock tells what lies in the future
   */
  public static EventChecks of(Stream stream, Set<String> entities, InstantSource clock) {
    List<Check> checks = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    int position = 0;
    for (Field field : stream.fieldList()) {
      boolean isKey = field.name().equals(stream.id()) || entities.contains(field.name());
      for (Check check : FieldChecks.of(stream, field, isKey, clock)) {
        checks.add(check);
        positions.add(position);
      }
      position++;
    }
    return new EventChecks(
        checks.toArray(Check[]::new), positions.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Runs every check; nothing is allocated for a valid event. */
  public Verdict check(IndexedRecord event) {
    for (int i = 0; i < checks.length; i++) {
      if (!checks[i].passes(event.get(positions[i]))) {
        return new Verdict.Invalid(violations(event));
      }
    }
    return Verdict.VALID;
  }

  private List<Violation> violations(IndexedRecord event) {
    List<Violation> violations = new ArrayList<>();
    for (int i = 0; i < checks.length; i++) {
      Object value = event.get(positions[i]);
      if (!checks[i].passes(value)) {
        violations.add(checks[i].violation(value));
      }
    }
    return violations;
  }
}
