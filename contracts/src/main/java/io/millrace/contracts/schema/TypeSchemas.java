package io.millrace.contracts.schema;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The Avro schema of a field's value. */
final class TypeSchemas {
  private TypeSchemas() {}

  static Schema of(FieldType type) {
    Schema scalar = of(type.scalar());
    return type.list() ? Schema.createArray(scalar) : scalar;
  }

  static Schema nullable(FieldType type) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), of(type));
  }

  private static Schema of(Scalar scalar) {
    return switch (scalar) {
      case INT -> Schema.create(Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.DOUBLE);
      case BOOL -> Schema.create(Schema.Type.BOOLEAN);
      case STRING -> Schema.create(Schema.Type.STRING);
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    };
  }
}
