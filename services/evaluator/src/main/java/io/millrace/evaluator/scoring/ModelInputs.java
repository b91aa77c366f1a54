package io.millrace.evaluator.scoring;

import io.millrace.artifacts.datasets.Batch;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.schema.TypeMapping;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What a pipeline's vector can give a model.
 *
 * @param types of the vector's fields that can be an input
 */
public record ModelInputs(Map<String, Scalar> types) {

  public static ModelInputs of(Pipeline pipeline) {
    Map<String, Scalar> types = new LinkedHashMap<>();
    for (Schema.Field field : PipelineSchemas.of(pipeline).vector().getFields()) {
      for (Scalar scalar : Scalar.values()) {
        if (TypeMapping.of(scalar).model().isPresent()
            && field.schema().isUnion()
            && field.schema().getTypes().contains(TypeMapping.avro(FieldType.of(scalar)))) {
          types.put(field.name(), scalar);
        }
      }
    }
    return new ModelInputs(types);
  }

  /** Whether there is a field of this name and kind. */
  public boolean has(OnnxModel.Input input) {
    return Optional.ofNullable(types.get(input.name()))
        .filter(type -> (type == Scalar.STRING) == input.isText())
        .isPresent();
  }

  /** The rows as a model takes them; what the pipeline does not have any more is missing. */
  Columns columns(List<OnnxModel.Input> inputs, Batch batch) {
    Columns columns = new Columns(batch.rows());
    for (OnnxModel.Input input : inputs) {
      if (input.isText()) {
        columns.texts(input.name(), has(input) ? batch.texts(input.name()) : texts(batch.rows()));
      } else {
        columns.numbers(
            input.name(), has(input) ? batch.floats(input.name()) : numbers(batch.rows()));
      }
    }
    return columns;
  }

  /** A field's value as a slice names it: whole numbers without a fraction, missing as "". */
  String text(String field, Batch batch, int row) {
    Scalar type = types.get(field);
    if (type == Scalar.STRING) {
      return batch.texts(field)[row];
    }
    double value = batch.numbers(field)[row];
    if (Double.isNaN(value)) {
      return "";
    }
    if (type == Scalar.BOOL) {
      return String.valueOf(value != 0);
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private static float[] numbers(int rows) {
    float[] missing = new float[rows];
    Arrays.fill(missing, Float.NaN);
    return missing;
  }

  private static String[] texts(int rows) {
    String[] missing = new String[rows];
    Arrays.fill(missing, "");
    return missing;
  }
}
