package io.millrace.messaging.serde;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What a writer's schema may be for its records to be read at all. Whoever can register a schema
 * chooses how much work a byte of a record makes; within these bounds it is little. {@code
 * docs/reference/types.md} tells them.
 */
final class SchemaBounds {
  /** All types that a record can hold, those of a named type counted wherever it is used. */
  static final int MOST_TYPES = 10_000;

  /** Deeper than any record that a person has thought of. */
  static final int MOST_DEPTH = 64;

  private final Map<Schema, Integer> sizes = new IdentityHashMap<>();

  private SchemaBounds() {}

  /** Why no record of the schema is read; empty when it can be. */
  static Optional<String> refusal(Schema schema) {
    try {
      int unused = new SchemaBounds().size(schema, 0);
      return Optional.empty();
    } catch (OutOfBoundsException e) {
      return Optional.of(e.reason);
    }
  }

  /** How many types a value holds at most. */
  private int size(Schema schema, int depth) {
    if (depth > MOST_DEPTH) {
      throw new OutOfBoundsException("is nested deeper than %d, or holds itself", MOST_DEPTH);
    }
    Integer known = sizes.get(schema);
    if (known != null) {
      return known;
    }
    int size = 1;
    for (Schema part : parts(schema)) {
      if (takesNoBytes(part) && schema.getType() != Schema.Type.UNION) {
        throw new OutOfBoundsException("has a field or items that take no bytes");
      }
      size += size(part, depth + 1);
      if (size > MOST_TYPES) {
        throw new OutOfBoundsException("holds more than %d types", MOST_TYPES);
      }
    }
    sizes.put(schema, size);
    return size;
  }

  private static List<Schema> parts(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> schema.getFields().stream().map(Schema.Field::schema).toList();
      case UNION -> schema.getTypes();
      case ARRAY -> List.of(schema.getElementType());
      case MAP -> List.of(schema.getValueType());
      default -> List.of();
    };
  }

  /** As its parts take some, a record does once it has a field. */
  private static boolean takesNoBytes(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> true;
      case FIXED -> schema.getFixedSize() == 0;
      case RECORD -> schema.getFields().isEmpty();
      default -> false;
    };
  }

  @SuppressWarnings("serial")
  private static final class OutOfBoundsException extends RuntimeException {
    private final String reason;

    OutOfBoundsException(String reason, Object... values) {
      super(null, null, false, false);
      this.reason = reason.formatted(values);
    }
  }
}
