package io.millrace.contracts.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.docs.Page;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TypeMappingTest {
  @ParameterizedTest
  @CsvSource({
    "INT, \"long\"",
    "FLOAT, \"double\"",
    "BOOL, \"boolean\"",
    "STRING, \"string\"",
    "TIMESTAMP, '{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}'"
  })
  void shouldBeThisInAvro(Scalar scalar, String schema) {
    assertThat(TypeMapping.of(scalar).avro()).hasToString(schema);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeAnArrayInAvroWhenAList(Scalar scalar) {
    Schema list = TypeMapping.avro(new FieldType(scalar, true));

    assertThat(list.getType()).isEqualTo(Schema.Type.ARRAY);
    assertThat(list.getElementType()).isEqualTo(TypeMapping.of(scalar).avro());
  }

  @ParameterizedTest
  @CsvSource({
    "INT, java.lang.Long",
    "FLOAT, java.lang.Double",
    "BOOL, java.lang.Boolean",
    "STRING, java.lang.String",
    "TIMESTAMP, java.lang.Long"
  })
  void shouldBeThisInJava(Scalar scalar, Class<?> type) {
    assertThat(TypeMapping.of(scalar).java()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({
    "INT, INT64",
    "FLOAT, DOUBLE",
    "BOOL, BOOLEAN",
    "STRING, BYTE_ARRAY (UTF-8)",
    "TIMESTAMP, 'INT64 (TIMESTAMP, micros, UTC)'"
  })
  void shouldBeThisInParquet(Scalar scalar, String column) {
    assertThat(TypeMapping.of(scalar).parquet()).isEqualTo(column);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT", "FLOAT", "BOOL"})
  void shouldBeFloatAndNanInAModelWhenANumber(Scalar scalar) {
    assertThat(TypeMapping.of(scalar).model())
        .contains(new ModelInput("float32", "FP32", Float.NaN));
  }

  @Test
  void shouldBeStringAndNeverNullInAModelWhenAString() {
    assertThat(TypeMapping.STRING.model()).contains(new ModelInput("string", "BYTES", ""));
  }

  @Test
  void shouldBeNoModelInputWhenATimestamp() {
    assertThat(TypeMapping.TIMESTAMP.model()).isEmpty();
  }

  @Test
  void shouldStandInTheReference() {
    StringBuilder table =
        new StringBuilder(
            "| type | Java | Avro | Parquet | ONNX input | V2 input | missing, in Avro and Parquet | missing, in the model |\n"
                + "|---|---|---|---|---|---|---|---|\n");
    for (TypeMapping type : TypeMapping.values()) {
      Optional<ModelInput> model = type.model();
      table.append(
          "| %s | %s | %s | %s | %s | %s | null | %s |\n"
              .formatted(
                  type,
                  type.java().getSimpleName(),
                  avroName(type.avro()),
                  type.parquet(),
                  model.map(ModelInput::onnx).orElse("none"),
                  model.map(ModelInput::openInference).orElse("none"),
                  model.map(input -> shown(input.missing())).orElse("none")));
    }
    table.append("| list of these | List | array | LIST | later | later | null | empty |\n");

    Page.of("types.md").shouldHold("types", table.toString());
  }

  private static String avroName(Schema schema) {
    return schema.getLogicalType() == null
        ? schema.getType().getName()
        : schema.getLogicalType().getName();
  }

  private static String shown(Object missing) {
    return missing instanceof String ? "\"\"" : missing.toString();
  }
}
