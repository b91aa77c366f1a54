package io.millrace.contracts.schema;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** One row of the type table: what a scalar is in each place that a value travels through. */
public enum TypeMapping {
  INT(Long.class, "INT64", number()),
  FLOAT(Double.class, "DOUBLE", number()),
  BOOL(Boolean.class, "BOOLEAN", number()),
  STRING(String.class, "BYTE_ARRAY (UTF-8)", new ModelInput("string", "BYTES", "")),
  TIMESTAMP(Long.class, "INT64 (TIMESTAMP, micros, UTC)", null);

  private final Class<?> java;
  private final String parquet;
  private final Optional<ModelInput> model;

  TypeMapping(Class<?> java, String parquet, @Nullable ModelInput model) {
    this.java = java;
    this.parquet = parquet;
    this.model = Optional.ofNullable(model);
  }

  public static TypeMapping of(Scalar scalar) {
    return switch (scalar) {
      case INT -> INT;
      case FLOAT -> FLOAT;
      case BOOL -> BOOL;
      case STRING -> STRING;
      case TIMESTAMP -> TIMESTAMP;
    };
  }

  /** The Avro schema of a field's value that is there. */
  public static Schema avro(FieldType type) {
    Schema scalar = of(type.scalar()).avro();
    return type.list() ? Schema.createArray(scalar) : scalar;
  }

  /** The Avro schema of a value of this type that is there. */
  public Schema avro() {
    return switch (this) {
      case INT -> Schema.create(Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.DOUBLE);
      case BOOL -> Schema.create(Schema.Type.BOOLEAN);
      case STRING -> Schema.create(Schema.Type.STRING);
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    };
  }

  /** The class of a value in the data plane; null stands for missing. */
  public Class<?> java() {
    return java;
  }

  /** The column of a part. */
  public String parquet() {
    return parquet;
  }

  /** Empty for what is no model input. */
  public Optional<ModelInput> model() {
    return model;
  }

  /** Numbers are float32 in a model, clipped there to ±{@link Float#MAX_VALUE}. */
  private static ModelInput number() {
    return new ModelInput("float32", "FP32", Float.NaN);
  }
}
