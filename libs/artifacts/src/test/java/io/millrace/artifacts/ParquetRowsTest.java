package io.millrace.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRowsTest {
  /** 2001-01-01T00:00:00.000001Z; 978,307,200 s is the epoch second of that new year. */
  private static final long NEW_YEAR_2001 = 978_307_200_000_001L;

  private static final Schema TIMESTAMP =
      LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
  private static final Schema SCHEMA =
      SchemaBuilder.record("Row")
          .fields()
          .requiredLong("id")
          .optionalLong("long")
          .optionalDouble("double")
          .optionalBoolean("boolean")
          .optionalString("string")
          .name("time")
          .type(Schema.createUnion(Schema.create(Schema.Type.NULL), TIMESTAMP))
          .withDefault(null)
          .name("longs")
          .type(list(Schema.create(Schema.Type.LONG)))
          .withDefault(null)
          .name("doubles")
          .type(list(Schema.create(Schema.Type.DOUBLE)))
          .withDefault(null)
          .name("booleans")
          .type(list(Schema.create(Schema.Type.BOOLEAN)))
          .withDefault(null)
          .name("strings")
          .type(list(Schema.create(Schema.Type.STRING)))
          .withDefault(null)
          .name("times")
          .type(list(TIMESTAMP))
          .withDefault(null)
          .name("label_time")
          .type(TIMESTAMP)
          .noDefault()
          .endRecord();

  @TempDir Path folder;
  private final ParquetRows parquet = new ParquetRows(SCHEMA);

  @Test
  void shouldReadBackEveryTypeAndEveryExtreme() throws IOException {
    List<GenericRecord> rows =
        List.of(
            row(
                1L,
                Long.MAX_VALUE,
                Double.MIN_VALUE,
                true,
                "grüß \"Gott\"\u0000 \uD83D\uDE80, 'x' and some text behind it",
                NEW_YEAR_2001,
                List.of(1L, Long.MIN_VALUE),
                List.of(0.1, Double.NaN, Double.NEGATIVE_INFINITY),
                List.of(true, false),
                List.of("", "b"),
                List.of(0L, NEW_YEAR_2001),
                NEW_YEAR_2001),
            row(2L, null, null, null, null, null, null, null, null, null, null, -1L),
            row(
                3L,
                Long.MIN_VALUE,
                -0.0,
                false,
                "",
                -1L,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0L));

    assertThat(roundTrip(rows)).isEqualTo(rows);
  }

  @Test
  void shouldMergeFilesByTimeAndIdWithoutChangingAValue() throws IOException {
    List<GenericRecord> rows = new ArrayList<>();
    for (int number = 0; number < 30; number++) {
      GenericRecord row = fullRow(number);
      row.put("label_time", NEW_YEAR_2001 + (30 - number) / 3);
      rows.add(row);
    }
    List<Path> files = new ArrayList<>();
    for (int file = 0; file < 3; file++) {
      files.add(folder.resolve(file + ".parquet"));
      parquet.write(files.get(file), rows.subList(file * 10, file * 10 + 10).iterator());
    }
    Path merged = folder.resolve("merged.parquet");

    long count = ParquetRows.merge(files, merged, "label_time", "id", "256MB");

    assertThat(count).isEqualTo(30);
    List<GenericRecord> read = new ArrayList<>();
    parquet.read(merged, read::add);
    rows.sort(
        Comparator.<GenericRecord>comparingLong(row -> (Long) row.get("label_time"))
            .thenComparingLong(row -> (Long) row.get("id")));
    assertThat(read).isEqualTo(rows);
    Path again = folder.resolve("again.parquet");
    ParquetRows.merge(files, again, "label_time", "id", "256MB");
    assertThat(again).hasSameBinaryContentAs(merged);
    Path types = folder.resolve("types.parquet");
    parquet.write(types, rows.iterator());
    assertThat(merged).as("it is as if it had been written").hasSameBinaryContentAs(types);
  }

  @Test
  void shouldMergeRowsThatAreAlikeInTimeAndIdByTheOrderOfTheFilesAndTheirRows() throws IOException {
    int each = 3_000;
    List<GenericRecord> rows = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (int file = 0; file < 5; file++) {
      for (int number = 0; number < each; number++) {
        GenericRecord row = fullRow(number % 3);
        row.put("label_time", NEW_YEAR_2001);
        row.put("double", (double) rows.size());
        rows.add(row);
      }
      files.add(folder.resolve((9 - file) + ".parquet"));
      parquet.write(files.get(file), rows.subList(file * each, file * each + each).iterator());
    }
    Path merged = folder.resolve("merged.parquet");

    ParquetRows.merge(files, merged, "label_time", "id", "256MB");

    List<Object> read = new ArrayList<>();
    parquet.read(merged, row -> read.add(row.get("double")));
    assertThat(read)
        .isEqualTo(
            rows.stream()
                .sorted(Comparator.comparingLong(row -> (Long) row.get("id")))
                .map(row -> row.get("double"))
                .toList());
  }

  @Test
  void shouldWriteTheParquetTypesOfTheTypeTable() throws IOException, SQLException {
    Path file = folder.resolve("types.parquet");
    parquet.write(file, List.of(fullRow(1)).iterator());

    List<String> types = new ArrayList<>();
    try (var connection = DuckDb.open("64MB", "");
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT name, type, converted_type, logical_type FROM parquet_schema('"
                    + file
                    + "') WHERE type IS NOT NULL")) {
      while (found.next()) {
        types.add(
            "%s %s %s %s"
                .formatted(
                    found.getString(1),
                    found.getString(2),
                    found.getString(3),
                    found.getString(4)));
      }
    }
    String utc =
        "TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds";
    assertThat(types)
        .satisfiesExactly(
            t -> assertThat(t).startsWith("id INT64 INT_64"),
            t -> assertThat(t).startsWith("long INT64 INT_64"),
            t -> assertThat(t).startsWith("double DOUBLE"),
            t -> assertThat(t).startsWith("boolean BOOLEAN"),
            t -> assertThat(t).startsWith("string BYTE_ARRAY UTF8"),
            t -> assertThat(t).startsWith("time INT64 TIMESTAMP_MICROS " + utc),
            t -> assertThat(t).startsWith("element INT64 INT_64"),
            t -> assertThat(t).startsWith("element DOUBLE"),
            t -> assertThat(t).startsWith("element BOOLEAN"),
            t -> assertThat(t).startsWith("element BYTE_ARRAY UTF8"),
            t -> assertThat(t).startsWith("element INT64 TIMESTAMP_MICROS " + utc),
            t -> assertThat(t).startsWith("label_time INT64 TIMESTAMP_MICROS " + utc));
  }

  @Test
  void shouldGiveEqualBytesWhenTheRowsAreEqual() throws IOException {
    List<GenericRecord> rows = IntStream.range(0, 5_000).mapToObj(this::fullRow).toList();

    Path first = folder.resolve("first.parquet");
    Path second = folder.resolve("second.parquet");
    parquet.write(first, rows.iterator());
    parquet.write(second, rows.iterator());

    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
  }

  @Test
  void shouldKeepOrderOverSeveralRowGroups() throws IOException {
    List<GenericRecord> rows = IntStream.range(0, 130_000).mapToObj(this::bareRow).toList();

    Path file = folder.resolve("large.parquet");
    parquet.write(file, rows.iterator());

    List<Long> ids = new ArrayList<>();
    parquet.read(file, row -> ids.add((Long) row.get("id")));
    assertThat(ids).isEqualTo(IntStream.range(0, 130_000).mapToObj(i -> (long) i).toList());
  }

  @Test
  void shouldTakeAvroStrings() throws IOException {
    GenericRecord row = fullRow(1);
    row.put("string", new Utf8("text"));
    row.put("strings", List.of(new Utf8("a"), new Utf8("b")));

    GenericRecord read = roundTrip(List.of(row)).get(0);

    assertThat(read.get("string")).isEqualTo("text");
    assertThat(read.get("strings")).isEqualTo(List.of("a", "b"));
  }

  @Test
  void shouldWriteAFileWithoutRows() throws IOException {
    assertThat(roundTrip(List.of())).isEmpty();
  }

  @Test
  void shouldRefuseAMissingValueOfARequiredField() {
    GenericRecord row = fullRow(1);
    row.put("label_time", null);

    assertThatThrownBy(() -> roundTrip(List.of(row))).hasMessage("no value for field label_time");
  }

  @Test
  void shouldNameTheFieldThatHasNoParquetType() {
    Schema schema = SchemaBuilder.record("Row").fields().requiredBytes("image").endRecord();

    assertThatThrownBy(() -> new ParquetRows(schema)).hasMessageStartingWith("Row.image has no");
  }

  @Test
  void shouldRefuseNamesThatSqlReadersCannotTellApart() {
    Schema schema =
        SchemaBuilder.record("Row").fields().requiredLong("a").requiredLong("A").endRecord();

    assertThatThrownBy(() -> new ParquetRows(schema)).hasMessageContaining("only by case");
  }

  private List<GenericRecord> roundTrip(List<GenericRecord> rows) throws IOException {
    Path file = folder.resolve("it's a file.parquet");
    parquet.write(file, rows.iterator());
    List<GenericRecord> read = new ArrayList<>();
    parquet.read(file, read::add);
    return read;
  }

  private GenericRecord fullRow(int i) {
    SplittableRandom random = new SplittableRandom(i);
    return row(
        (long) i,
        random.nextLong(),
        random.nextDouble(),
        random.nextBoolean(),
        "text " + random.nextInt(100),
        random.nextLong(NEW_YEAR_2001),
        List.of(random.nextLong()),
        List.of(random.nextDouble()),
        List.of(random.nextBoolean()),
        List.of("element " + random.nextInt()),
        List.of(random.nextLong(NEW_YEAR_2001)),
        random.nextLong(NEW_YEAR_2001));
  }

  private GenericRecord bareRow(int i) {
    return row((long) i, null, null, null, null, null, null, null, null, null, null, 0L);
  }

  private static GenericRecord row(@Nullable Object... values) {
    GenericData.Record row = new GenericData.Record(SCHEMA);
    List<@Nullable Object> all = Arrays.asList(values);
    for (int i = 0; i < all.size(); i++) {
      row.put(i, all.get(i));
    }
    return row;
  }

  private static Schema list(Schema element) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.createArray(element));
  }
}
