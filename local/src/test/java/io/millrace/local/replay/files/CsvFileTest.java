package io.millrace.local.replay.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of CSV says nothing by itself of how it is written. */
class CsvFileTest {
  private static final String HEADER = "id,at,city,fare,paid,stops\n";
  private static final String ROW = ",2001-01-01T00:00:00Z,Oslo,1.5,true,\n";

  /** More rows than readers look at that learn from a file's beginning how it is written. */
  private static final int MANY = 30_000;

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(60 rows) | 1 cell",
        "2,2001-01-01T00:00:00Z,Oslo | 3 cells",
        "2,2001-01-01T00:00:00Z,Oslo,1.5,true,,x | 7 cells"
      })
  void shouldRefuseARowOfAnotherLengthWherever(String row, String cells) throws Exception {
    for (int before : List.of(1, MANY)) {
      write(HEADER + rows(before) + row + "\n");

      assertRefused("trips.csv line %d: %s, but the header has 6".formatted(before + 2, cells));
    }
  }

  @Test
  void shouldTakeNothingForAComment() throws Exception {
    write(HEADER + "#1" + ROW);
    assertRefused("trips.csv line 2: field id: expected INT, got '#1'");

    write(HEADER + "1,2001-01-01,#Oslo,,,\n");
    assertThat(cities()).containsExactly("#Oslo");
  }

  @Test
  void shouldReadQuotesThatFirstAppearLate() throws Exception {
    String text = HEADER + rows(MANY) + "30000,2001-01-02,\"New\nYork, \"\"NY\"\"\",,,\n";
    write(text + "30001,2001-01-03,Rome,x,,\n");
    assertRefused("trips.csv line 30004: field fare: expected FLOAT, got 'x'");

    write(text);
    List<@Nullable Object> cities = cities();
    assertThat(cities).hasSize(MANY + 1);
    assertThat(cities.getLast()).isEqualTo("New\nYork, \"NY\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {";", "\t", "|", ","})
  void shouldFindTheDelimiterByTheNamesOfIdAndTime(String delimiter) throws Exception {
    write(
        String.join(delimiter, "at", "\"x y;z, a|b\tc\"", "id", "city")
            + "\n"
            + String.join(delimiter, "2001-01-01", "", "7", "\"Oslo, Norway; 1|2\t3\""));

    assertThat(cities()).containsExactly("Oslo, Norway; 1|2\t3");
  }

  @Test
  void shouldTakeTheDelimiterThatIsGiven() throws Exception {
    write("id~at~city\n7~2001-01-01~Oslo\n");

    assertRefused("its first line should name the columns (id, at, city, fare, paid, stops)");
    assertThat(cities(new Dialect(Optional.of('~'), Set.of()))).containsExactly("Oslo");
  }

  @Test
  void shouldSayThatADecimalCommaIsNoPoint() throws Exception {
    write("id;at;city;fare\n7;2001-01-01;Oslo;5,5\n");

    assertRefused("line 2: field fare: expected FLOAT (with a decimal point), got '5,5'");
  }

  @Test
  void shouldLeaveBlankRowsAndNamelessColumnsOutAndSaySo() throws Exception {
    write("id;at;city;;\n\n7;2001-01-01;Oslo;;\n;;;;\n \n;;\n8;2001-01-02;Rome;x;\n");

    assertThat(cities()).containsExactly("Oslo", "Rome");
    assertThat(remarks())
        .satisfiesExactly(
            unnamed ->
                assertThat(unnamed)
                    .endsWith(": column 4 (which has no name), column 5 (which has no name)"),
            absent -> assertThat(absent).endsWith("missing in every event: fare, paid, stops"),
            blank -> assertThat(blank).endsWith("because they are blank: 3 rows"));
  }

  @Test
  void shouldTakeTheFirstOfTwoColumnsAndSaySo() throws Exception {
    write("id,at,city,fare,fare\n7,2001-01-01,Oslo,1.5,777\n");

    assertThat(values(3, Dialect.DEFAULT)).containsExactly(1.5);
    assertThat(remarks()).anyMatch(remark -> remark.endsWith(": column 5 (a second fare)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ID,At,City | there is no column id, which is the id (did you mean \"ID\"?)",
        "id,att,city | there is no column at, which is the time (did you mean \"att\"?)",
        "7,2001-01-01,Oslo | but is '7,2001-01-01,Oslo'; a missing header",
        "Report of March,,,id,at,city | its header stands in line 3",
      })
  void shouldSayWhatIsWrongWithTheHeader(String header, String problem) throws Exception {
    write(header.replace(",,,", "\n\n") + "\n7,2001-01-01,Oslo\n");

    assertRefused(problem);
  }

  @Test
  void shouldRefuseAFileWithoutALine() throws Exception {
    for (String text : List.of("", "\n\n", "\ufeff")) {
      write(text);
      assertRefused("trips.csv is empty: its first line should name the columns");
    }
  }

  @Test
  void shouldHaveNoEventWhereOnlyTheHeaderStands() throws Exception {
    write(HEADER);

    assertThat(cities()).isEmpty();
  }

  @Test
  void shouldRefuseAFileWithoutWhatTheLabelIsMadeOf() throws Exception {
    Files.writeString(folder.resolve("ends.csv"), "id,at,minuts\n7,2001-01-01,3\n");
    assertRefused(
        "ends.csv: there is no column minutes, which is part of the label (did you mean \"minuts\"?)");

    Files.writeString(folder.resolve("ends.csv"), "id,at,minutes\n7,2001-01-01,\n");
    assertRefused("ends.csv: no event has a value for minutes, which is part of the label");
  }

  @Test
  void shouldReadAMarkAndAllLineEndsAndPackedFiles() throws Exception {
    String text = "\ufeff id , at,city\r\n7, 2001-01-01 ,K\u00f6ln\n8,2001-01-02,Rome\r\n";
    write(text);
    assertThat(cities()).containsExactly("K\u00f6ln", "Rome");

    Files.delete(folder.resolve("trips.csv"));
    Path packed = folder.resolve("trips.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(cities()).containsExactly("K\u00f6ln", "Rome");

    byte[] whole = Files.readAllBytes(packed);
    Files.write(packed, Arrays.copyOf(whole, whole.length - 9));
    assertRefused("trips.csv.gz is packed by gzip, and cut off");
  }

  @Test
  void shouldTakeTheFirstLineThatIsNotBlankForTheHeader() throws Exception {
    write("  \n\nid,at,city\n7,2001-01-01,Oslo\n");

    assertThat(cities()).containsExactly("Oslo");
  }

  @Test
  void shouldRefuseWhatFollowsAPackedFile() throws Exception {
    try (OutputStream out = Files.newOutputStream(folder.resolve("trips.csv.gz"))) {
      GZIPOutputStream packed = new GZIPOutputStream(out);
      packed.write((HEADER + rows(1)).getBytes(StandardCharsets.UTF_8));
      packed.finish();
      out.write("more".getBytes(StandardCharsets.UTF_8));
    }

    assertRefused("trips.csv.gz cannot be read: ");
  }

  @Test
  void shouldNameTheLineThatIsNotUtf8() throws Exception {
    write(HEADER + rows(MANY) + "30000,2001-01-01,K\u00f6ln,,,\n", StandardCharsets.ISO_8859_1);

    assertRefused("trips.csv line 30002 is not UTF-8 (perhaps ISO-8859-1 or Windows-1252)");
  }

  @Test
  void shouldNameUtf16() throws Exception {
    for (Charset charset :
        List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      write(HEADER + "7" + ROW, charset);
      assertRefused("trips.csv is not UTF-8 (perhaps UTF-16, or no text)");
    }
  }

  @Test
  void shouldNameTheLineOfAQuoteThatDoesNotEnd() throws Exception {
    write("at,id,city\n2001-01-01,1,Oslo\n2001-01-01,2,\"Rome\n2001-01-01,3,Bern\n");
    assertRefused("trips.csv line 3: ");

    write("at,id,city\n2001-01-01,1,Oslo\n2001-01-01,2,\"Rome");
    assertRefused("trips.csv line 3: ");
  }

  @Test
  void shouldRefuseTextBehindAQuote() throws Exception {
    write(HEADER + rows(1) + "2,2001-01-01,\"Os\"lo,,,\n");

    assertRefused("trips.csv line 3: Unexpected character after closing quote");
  }

  /** A quoted cell is a text: missing only where text is no value. */
  @Test
  void shouldTellAMissingCellFromAnEmptyText() throws Exception {
    write("id,at,city,fare\n1,2001-01-01,,\n2,2001-01-02,\"\",\"\"\n3,2001-01-03,NA,\" \"\n");

    assertThat(cities()).containsExactly(null, "", "NA");
    assertThat(values(3, Dialect.DEFAULT)).containsExactly(null, null, null);
  }

  @Test
  void shouldTakeTokensForMissingWhenTold() throws Exception {
    write("id,at,city,fare\n1,2001-01-01,NA,?\n2,2001-01-02,\"NA\",\"?\"\n3,2001-01-03,x,1\n");
    assertRefused("trips.csv line 2: field fare: expected FLOAT, got '?'");

    Dialect dialect = new Dialect(Optional.empty(), Set.of("NA", "?"));
    assertThat(cities(dialect)).containsExactly(null, "NA", "x");
    assertThat(values(3, dialect)).containsExactly(null, null, 1.0);
  }

  @Test
  void shouldRefuseWhenAStreamHasNoFile() throws Exception {
    write(HEADER + rows(1));

    assertThatThrownBy(() -> StreamFile.in(folder, Events.pipeline()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("no file for stream ends in " + folder)
        .hasMessageContaining("ends.parquet, .csv, .jsonl, .ndjson, .json; to send another stream");
  }

  private static String rows(int count) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++) {
      rows.append(i).append(ROW);
    }
    return rows.toString();
  }

  private List<String> remarks() {
    try (EventFiles files = Events.files(folder, Dialect.DEFAULT)) {
      return files.tables().getFirst().remarks();
    }
  }

  private List<@Nullable Object> cities() {
    return cities(Dialect.DEFAULT);
  }

  private List<@Nullable Object> cities(Dialect dialect) {
    return values(2, dialect);
  }

  private List<@Nullable Object> values(int field, Dialect dialect) {
    List<@Nullable Object> values = new ArrayList<>();
    Events.read(folder, TimeRange.all(), dialect)
        .forEach(event -> values.add(event.values().get(field)));
    return values;
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("nothing was sent");
  }

  private void write(String text) throws IOException {
    write(text, StandardCharsets.UTF_8);
  }

  private void write(String text, Charset charset) throws IOException {
    Files.writeString(folder.resolve("trips.csv"), text, charset);
  }
}
