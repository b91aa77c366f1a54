package io.millrace.local.replay.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.time.EpochUnit;
import io.millrace.contracts.time.TimeFormat;
import io.millrace.contracts.time.TimeNotation;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFilesTest {
  /** 2001-01-01T00:00:00Z. */
  private static final long NEW_YEAR = 978_307_200_000_000L;

  private static final long MINUTE = 60_000_000L;

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldMergeFilesOfThreeFormatsByTimeThenStreamThenId() throws Exception {
    // Given trips as CSV, ends as Parquet, three of them in the same minute
    write(
        "trips.csv",
        "id,at,city,fare,paid,stops",
        "7,2001-01-01 00:02:00,Oslo,1.5,true,\"[1,2]\"",
        "10,2001-01-01T00:01:00Z,Bern,2,false,",
        "9,2001-01-01T01:01:00+01:00,,,,");
    parquet(
        "ends.parquet",
        "SELECT 9::INTEGER AS id, TIMESTAMP '2001-01-01 00:01:00' AS at, 40::SMALLINT AS minutes"
            + " UNION ALL SELECT 3, TIMESTAMP '2001-01-01 00:00:00', NULL");

    // When
    List<Event> events = Events.read(folder, TimeRange.all());

    // Then
    assertThat(events)
        .containsExactly(
            event(1, 3L, NEW_YEAR, null),
            new Event(
                0,
                NEW_YEAR + MINUTE,
                "9",
                Arrays.asList(9L, NEW_YEAR + MINUTE, null, null, null, null)),
            new Event(
                0,
                NEW_YEAR + MINUTE,
                "10",
                Arrays.asList(10L, NEW_YEAR + MINUTE, "Bern", 2.0, false, null)),
            event(1, 9L, NEW_YEAR + MINUTE, 40L),
            new Event(
                0,
                NEW_YEAR + 2 * MINUTE,
                "7",
                Arrays.asList(7L, NEW_YEAR + 2 * MINUTE, "Oslo", 1.5, true, List.of(1L, 2L))));
  }

  @Test
  void shouldReadJsonLinesWhenFieldsAreMissingOrNull() throws Exception {
    // Given
    write(
        "trips.jsonl",
        "{\"id\":2,\"at\":\"2001-01-01T00:00:00Z\",\"city\":\"\",\"fare\":3,\"paid\":true,\"stops\":[4]}",
        "{\"id\":1,\"at\":978307200000,\"city\":null}");

    // When
    List<Event> events = Events.read(folder, TimeRange.all());

    // Then
    assertThat(events)
        .containsExactly(
            new Event(0, NEW_YEAR, "1", Arrays.asList(1L, NEW_YEAR, null, null, null, null)),
            new Event(0, NEW_YEAR, "2", Arrays.asList(2L, NEW_YEAR, "", 3.0, true, List.of(4L))));
  }

  @Test
  void shouldKeepEventsWithoutTimeOrIdWhenNoRangeIsGiven() throws Exception {
    write("ends.csv", "id,at,minutes", ",2001-01-01T00:00:00Z,1", "5,,2");

    List<Event> events = Events.read(folder, TimeRange.all());

    assertThat(events)
        .containsExactly(
            new Event(0, null, "5", Arrays.asList(5L, null, 2L)),
            new Event(0, NEW_YEAR, null, Arrays.asList(null, NEW_YEAR, 1L)));
  }

  @Test
  void shouldReadFromInclusiveToExclusiveWhenARangeIsGiven() throws Exception {
    write(
        "ends.csv",
        "id,at,minutes",
        "1,2001-01-01T00:00:00Z,1",
        "2,2001-01-01T00:01:00Z,2",
        "3,2001-01-01T00:02:00Z,3");

    List<Event> events =
        Events.read(
            folder,
            new TimeRange(
                Optional.of(Instant.parse("2001-01-01T00:01:00Z")),
                Optional.of(Instant.parse("2001-01-01T00:02:00Z"))));

    assertThat(events).extracting(Event::id).containsExactly("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,2001-01-01T00:00:00Z,1|id",
        "1.5,2001-01-01T00:00:00Z,1|id",
        "1,yesterday,1|at",
        "1,2001-01-01T00:00:00Z,9223372036854775808|minutes"
      })
  void shouldNameFileRowAndFieldWhenAValueDoesNotFit(String row, String field) throws Exception {
    write("ends.csv", "id,at,minutes", "1,2001-01-01T00:00:00Z,1", row);

    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(
            folder.resolve("ends.csv") + " line 3: field " + field + ": expected ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":\"1\"}|id",
        "{\"id\":1.5}|id",
        "{\"id\":1,\"city\":3}|city",
        "{\"id\":1,\"paid\":\"yes\"}|paid",
        "{\"id\":1,\"stops\":[1,\"a\"]}|stops",
        "{\"id\":1,\"stops\":[1,null]}|stops",
        "{\"id\":1,\"at\":true}|at"
      })
  void shouldRefuseJsonOfAnotherType(String json, String field) throws Exception {
    write("trips.jsonl", json);

    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("trips.jsonl line 1: field " + field + ": ");
  }

  @ParameterizedTest
  @CsvSource({"2.5, minutes", "'x', minutes", "DATE '2001-01-01', minutes"})
  void shouldRefuseAParquetColumnThatDoesNotFit(String value, String field) throws Exception {
    parquet(
        "ends.parquet",
        "SELECT 1 AS id, TIMESTAMP '2001-01-01' AS at, " + sql(value) + " AS minutes");

    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(" row 1: field " + field + ": expected ");
  }

  @Test
  void shouldTakeWholeNumbersOfWiderTypesAndZonedTimes() throws Exception {
    parquet(
        "ends.parquet",
        "SELECT 1::DOUBLE AS id, TIMESTAMPTZ '2001-01-01 01:00:00+01' AS at, 7::DECIMAL(9,2) AS minutes");

    List<Event> events = Events.read(folder, TimeRange.all());

    assertThat(events).containsExactly(event(0, 1L, NEW_YEAR, 7L));
  }

  @Test
  void shouldReadAllEventsInOrderWhenThereAreMoreThanFitIntoABatch() throws Exception {
    parquet(
        "ends.parquet",
        "SELECT (i * 7919) % 300000 AS id, TIMESTAMP '2001-01-01' + INTERVAL ((i * 7919) % 300000) SECOND AS at, i AS minutes FROM range(300000) r(i)");

    List<Event> events = Events.read(folder, TimeRange.all());

    assertThat(events).hasSize(300_000);
    assertThat(events).extracting(Event::time).isSorted().doesNotHaveDuplicates();
  }

  /** The members of an object are no text, whatever writes them side by side. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {"{'a': 1}", "MAP {'a': 1}", "['a']", "'a'::BLOB", "[1]::INTEGER[1]"})
  void shouldRefuseAParquetColumnThatIsNoScalarWhereTextIsExpected(String value) throws Exception {
    parquet("trips.parquet", "SELECT 1 AS id, TIMESTAMP '2001-01-01' AS at, " + value + " AS city");

    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(" row 1: field city: expected STRING, got ");
  }

  @Test
  void shouldReadTextInParquetAsInCsv() throws Exception {
    parquet(
        "trips.parquet",
        "SELECT '9007199254740995.0' AS id, '2001-01-01 01:00:00 Europe/Paris' AS at,"
            + " 'Oslo' AS city, ' 1.5 ' AS fare, '[1, 2.0]' AS stops"
            + " UNION ALL SELECT '8', '2001-01-01 00:01', '', '', NULL");

    assertThat(Events.read(folder, TimeRange.all()))
        .containsExactly(
            new Event(
                0,
                NEW_YEAR,
                "9007199254740995",
                Arrays.asList(9007199254740995L, NEW_YEAR, "Oslo", 1.5, null, List.of(1L, 2L))),
            new Event(
                0,
                NEW_YEAR + MINUTE,
                "8",
                Arrays.asList(8L, NEW_YEAR + MINUTE, "", null, null, null)));
  }

  @Test
  void shouldNameTheRowOfTextInParquetThatDoesNotFit() throws Exception {
    parquet(
        "ends.parquet",
        "SELECT 1 AS id, '2001-01-01' AS at, 1 AS minutes UNION ALL SELECT 2, '01/03/24', 2");

    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("ends.parquet row 2: field at: expected TIMESTAMP (ISO-8601, ")
        .hasMessageContaining("got '01/03/24'; nothing was sent");
  }

  @Test
  void shouldRefuseATimeAtWhichNoEventHappenedAndGuessTheUnit() throws Exception {
    String seconds =
        "1970-01-12T07:45:07.200Z is not in the years 1971 to 2100; perhaps"
            + " seconds that were taken for milliseconds, and 2001-01-01T00:00:00Z is meant; nothing was sent";

    write("trips.jsonl", "{\"id\":1,\"at\":978307200000}", "{\"id\":2,\"at\":978307200}");
    assertRefused("trips.jsonl line 2: field at: " + seconds);

    Files.delete(folder.resolve("trips.jsonl"));
    parquet("trips.parquet", "SELECT 1 AS id, TIMESTAMP '1970-01-12 07:45:07.2' AS at");
    assertRefused("trips.parquet row 1: field at: " + seconds);

    Files.delete(folder.resolve("trips.parquet"));
    write("trips.csv", "id,at", "1,0001-03-24");
    assertRefused("trips.csv line 2: field at: 0001-03-24T00:00:00Z is not in the years 1971");
  }

  @ParameterizedTest
  @CsvSource({
    "S, 978307200, 978307200.25",
    "MS, 978307200000, 978307200250",
    "US, 978307200000000, 978307200250000",
    "NS, 978307200000000000, 978307200250000999"
  })
  void shouldReadNumbersInTheUnitOfTheField(EpochUnit unit, String first, String second)
      throws Exception {
    TimeNotation notation = new TimeNotation(Optional.of(unit), Optional.empty());
    List<String> types = new ArrayList<>(List.of("DECIMAL(24, 2)", "VARCHAR"));
    if (unit == EpochUnit.S) {
      types.add("DOUBLE");
    } else {
      types.addAll(List.of("BIGINT", "UBIGINT"));
    }
    for (String type : types) {
      parquet(
          "trips.parquet",
          "SELECT 1 AS id, '%s'::%s AS at UNION ALL SELECT 2, '%s'::%s"
              .formatted(first, type, second, type));
      assertThat(Events.read(folder, notation))
          .as(type)
          .extracting(Event::time)
          .containsExactly(NEW_YEAR, NEW_YEAR + 250_000);
    }
    Files.delete(folder.resolve("trips.parquet"));
    write("trips.csv", "id,at", "1," + first, "2," + second);
    assertThat(Events.read(folder, notation))
        .extracting(Event::time)
        .containsExactly(NEW_YEAR, NEW_YEAR + 250_000);
  }

  @Test
  void shouldReadTheFileThatIsNamedAndNotAPattern() throws Exception {
    folder = Files.createDirectory(folder.resolve("run[1]*?"));
    parquet("ends.parquet", "SELECT 1 AS id, TIMESTAMP '2001-01-01' AS at, 7 AS minutes");

    assertThat(Events.read(folder, TimeRange.all())).containsExactly(event(0, 1L, NEW_YEAR, 7L));
  }

  @Test
  void shouldReadTextInTheFormatOfTheField() throws Exception {
    write("trips.csv", "id,at", "1,01/01/01 00:00", "2,2/1/01 0:00");
    TimeNotation notation =
        new TimeNotation(Optional.empty(), Optional.of(new TimeFormat("d/M/uu H:mm")));

    assertThat(Events.read(folder, notation))
        .extracting(Event::time)
        .containsExactly(NEW_YEAR, NEW_YEAR + 24 * 60 * MINUTE);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(message);
  }

  private static Event event(int stream, Long id, long time, @Nullable Long minutes) {
    return new Event(stream, time, String.valueOf(id), Arrays.asList(id, time, minutes));
  }

  private static String sql(String value) {
    return value.equals("x") ? "'x'" : value;
  }

  private void write(String file, String... lines) throws IOException {
    Files.write(folder.resolve(file), List.of(lines));
  }

  private void parquet(String file, String query) throws SQLException {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(
          "COPY ("
              + query
              + ") TO "
              + Sql.text(folder.resolve(file).toString())
              + " (FORMAT parquet)");
    }
  }
}
