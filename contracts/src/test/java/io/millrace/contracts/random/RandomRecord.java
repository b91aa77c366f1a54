package io.millrace.contracts.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** A record of a derived schema in which no value is missing. */
public final class RandomRecord {
  /** 2024-01-01T00:00:00Z in microseconds. */
  public static final long START = 1_704_067_200_000_000L;

  private static final long DAY = 86_400_000_000L;

  private RandomRecord() {}

  public static GenericRecord of(Schema schema, Random random) {
    GenericRecord record = new GenericData.Record(schema);
    schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema(), random)));
    return record;
  }

  private static Object value(Schema schema, Random random) {
    return switch (schema.getType()) {
      case UNION -> value(schema.getTypes().getLast(), random);
      case ARRAY -> {
        List<Object> values = new ArrayList<>();
        IntStream.range(0, random.nextInt(3))
            .forEach(i -> values.add(value(schema.getElementType(), random)));
        yield values;
      }
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMicros
              ? START + random.nextLong(DAY)
              : random.nextLong(1_000);
      case DOUBLE -> random.nextDouble();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> "text " + random.nextInt(5);
      default -> throw new IllegalArgumentException("no derived schema has " + schema);
    };
  }
}
