package io.millrace.artifacts.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.datasets.Flights.Flight;
import io.millrace.contracts.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetTest {
  private static final Pipeline BY_HASH = Flights.pipeline("{by: hash, eval: 0.2}");
  private static final Pipeline BY_TIME = Flights.pipeline("{by: time, eval: 0.2}");

  @TempDir Path folder;
  private Flights flights;

  @BeforeEach
  void open() {
    flights = new Flights(folder);
  }

  @Test
  void shouldReadRowsByTimeAndIdWhateverTheirParts() throws Exception {
    // Given the same rows, cut in two ways; three of them at the same time
    List<Flight> rows = new ArrayList<>();
    for (long id = 1; id <= 300; id++) {
      rows.add(new Flight(id, (id / 3) * 0.01, id % 7 == 0 ? null : "A" + id % 5, 0.5 * id, false));
    }
    List<Flight> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(1));
    Manifest one = flights.freeze(BY_HASH, List.of(flights.part(BY_HASH, rows)), 1);
    Manifest three =
        flights.freeze(
            BY_HASH,
            List.of(
                flights.part(BY_HASH, shuffled.subList(0, 10)),
                flights.part(BY_HASH, shuffled.subList(10, 200)),
                flights.part(BY_HASH, shuffled.subList(200, 300))),
            1);

    // When
    List<Batch> batches = scan(one, BY_HASH, Selection.ALL, 128);
    List<Batch> others = scan(three, BY_HASH, Selection.ALL, 128);

    // Then
    assertThat(batches).extracting(Batch::rows).containsExactly(128, 128, 44);
    assertThat(ids(batches))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 300).boxed().toList());
    assertThat(ids(others)).isEqualTo(ids(batches));
    for (int i = 0; i < batches.size(); i++) {
      assertThat(others.get(i).numbers("delay")).isEqualTo(batches.get(i).numbers("delay"));
      assertThat(others.get(i).texts("origin")).isEqualTo(batches.get(i).texts("origin"));
      assertThat(others.get(i).times()).isEqualTo(batches.get(i).times());
    }
    assertThat(batches.get(0).texts("origin")[6]).isEmpty();
  }

  @Test
  void shouldGiveMissingValuesAsNanAndEmptyText() throws Exception {
    Manifest manifest =
        flights.freeze(
            BY_HASH,
            List.of(
                flights.part(
                    BY_HASH,
                    List.of(
                        new Flight(1, 1, null, null, true),
                        new Flight(2, 2, "", Double.NaN, false),
                        new Flight(3, 3, "é", Double.NEGATIVE_INFINITY, true)))),
            3);

    Batch batch = scan(manifest, BY_HASH, Selection.ALL, 10).get(0);

    assertThat(batch.texts("origin")).containsExactly("", "", "é");
    assertThat(batch.floats("delay"))
        .containsExactly(Float.NaN, Float.NaN, Float.NEGATIVE_INFINITY);
    assertThat(batch.numbers("late")).containsExactly(1, 0, 1);
    assertThat(batch.times()).containsExactly(Flights.DAY, 2 * Flights.DAY, 3 * Flights.DAY);
  }

  @Test
  void shouldLeaveOutAndCountRowsWhoseFeaturesCouldNotBeComputed() throws Exception {
    List<Flight> rows = new ArrayList<>(numbered(100));
    rows.add(new Flight(1001, 5, "A", 1.0, true, true));
    rows.add(new Flight(1002, 21, "A", 1.0, true, true));

    Manifest manifest = flights.freeze(BY_HASH, List.of(flights.part(BY_HASH, rows)), 21);

    assertThat(manifest.incomplete()).isEqualTo(2);
    assertThat(manifest.rows() + manifest.unlabelled()).isEqualTo(100);
    assertThat(ids(scan(manifest, BY_HASH, Selection.ALL, 1000)))
        .doesNotContain(1001L, 1002L)
        .hasSize((int) manifest.rows());
  }

  @Test
  void shouldTakeThemWhereThePipelineSaysSo() throws Exception {
    Pipeline all = Flights.pipeline("{by: hash, eval: 0.2}", "", "incomplete: true");
    List<Flight> rows = new ArrayList<>(numbered(100));
    rows.add(new Flight(1001, 5, "A", 1.0, true, true));

    Manifest manifest = flights.freeze(all, List.of(flights.part(all, rows)), 21);

    assertThat(manifest.incomplete()).isZero();
    assertThat(ids(scan(manifest, all, Selection.ALL, 1000))).contains(1001L);
  }

  /** What was written before rows were told apart had all of them. */
  @Test
  void shouldReadAnOldManifestAsItWas() throws Exception {
    List<Flight> rows = List.of(new Flight(1001, 5, "A", 1.0, true, true));
    Manifest now = flights.freeze(BY_HASH, List.of(flights.part(BY_HASH, rows)), 21);
    String old =
        new String(now.toJson(), StandardCharsets.UTF_8)
            .replaceAll(",\\s*\"completeOnly\" : true,\\s*\"incomplete\" : 1", "");
    assertThat(old).doesNotContain("ncomplete");

    Manifest manifest = Manifest.parse(old.getBytes(StandardCharsets.UTF_8));

    assertThat(ids(scan(manifest, BY_HASH, Selection.ALL, 10))).containsExactly(1001L);
  }

  @Test
  void shouldSplitByTheHashOfTheId() throws Exception {
    List<Flight> rows = numbered(1000);
    Manifest manifest = flights.freeze(BY_HASH, List.of(flights.part(BY_HASH, rows)), 21);

    List<Long> train = ids(scan(manifest, BY_HASH, Selection.TRAIN, 100));
    List<Long> eval = ids(scan(manifest, BY_HASH, Selection.EVAL, 100));

    assertThat(eval)
        .isEqualTo(
            rows.stream()
                .map(Flight::id)
                .filter(id -> manifest.split().contains(String.valueOf(id), 0))
                .toList());
    assertThat(eval).hasSizeBetween(150, 250).doesNotContainAnyElementsOf(train);
    assertThat(train).hasSize(1000 - eval.size());
  }

  @Test
  void shouldHoldOutTheNewestAndKeepEqualTimesTogether() throws Exception {
    // Given ten rows of which 20 % are two, and the third newest is as old as the second
    List<Flight> rows = new ArrayList<>();
    for (long id = 1; id <= 10; id++) {
      rows.add(new Flight(id, id == 9 ? 8 : id, "A", 1.0, false));
    }
    Manifest manifest = flights.freeze(BY_TIME, List.of(flights.part(BY_TIME, rows)), 10);

    assertThat(manifest.split().after()).isEqualTo(8 * Flights.DAY);
    assertThat(ids(scan(manifest, BY_TIME, Selection.EVAL, 100))).containsExactly(10L);
    assertThat(ids(scan(manifest, BY_TIME, Selection.TRAIN, 100))).hasSize(9);
  }

  @Test
  void shouldTakeRowsOfTheWindowOnly() throws Exception {
    Manifest manifest =
        flights.freeze(
            BY_HASH,
            List.of(
                flights.part(
                    BY_HASH,
                    List.of(
                        new Flight(1, 10, "A", 1.0, false),
                        new Flight(2, 10.000001, "A", 1.0, false),
                        new Flight(3, 31, "A", 1.0, false)))),
            31);

    assertThat(manifest.rows()).isEqualTo(2);
    assertThat(ids(scan(manifest, BY_HASH, Selection.ALL, 10))).containsExactly(2L, 3L);
  }

  @Test
  void shouldSampleTheSameRowsEachTime() throws Exception {
    Manifest manifest = flights.freeze(BY_HASH, List.of(flights.part(BY_HASH, numbered(2000))), 21);
    Selection tenth = new Selection(Selection.Split.ALL, 0.1);

    List<Long> sampled = ids(scan(manifest, BY_HASH, tenth, 100));

    assertThat(sampled)
        .hasSizeBetween(140, 260)
        .isEqualTo(ids(scan(manifest, BY_HASH, tenth, 77)))
        .allMatch(id -> HeldOut.isSampled(String.valueOf(id), 0.1));
    // and about as many of them are held out as of all
    assertThat(sampled.stream().filter(id -> manifest.split().contains("" + id, 0)).count())
        .isBetween(20L, 65L);
  }

  @Test
  void shouldReadPartsOfAnEarlierVersionOfThePipeline() throws Exception {
    Pipeline later = Flights.pipeline("{by: hash, eval: 0.2}", ", gate: {type: STRING}");
    Manifest manifest =
        flights.freeze(
            later,
            List.of(
                flights.part(BY_HASH, List.of(new Flight(1, 1, "A", 1.0, false))),
                flights.part(later, List.of(new Flight(2, 2, "B", 1.0, false)))),
            2);

    Batch batch = scan(manifest, later, Selection.ALL, List.of("origin", "gate"), 10).get(0);

    assertThat(batch.texts("origin")).containsExactly("A", "B");
    assertThat(batch.texts("gate")).containsExactly("", "");
  }

  /** Columns know no case: what was Gate in an earlier version is gate in this one. */
  @Test
  void shouldReadPartsOfAVersionWhoseNamesHadAnotherCase() throws Exception {
    Pipeline earlier = Flights.pipeline("{by: hash, eval: 0.2}", ", Gate: {type: STRING}");
    Pipeline later = Flights.pipeline("{by: hash, eval: 0.2}", ", gate: {type: STRING}");
    Manifest manifest =
        flights.freeze(
            later,
            List.of(
                flights.part(earlier, List.of(new Flight(1, 1, "A", 1.0, false))),
                flights.part(later, List.of(new Flight(2, 2, "B", 1.0, false)))),
            2);

    Batch batch = scan(manifest, later, Selection.ALL, List.of("origin", "gate"), 10).get(0);

    assertThat(batch.texts("origin")).containsExactly("A", "B");
    assertThat(batch.texts("gate")).containsExactly("G", "");
  }

  @Test
  void shouldRefuseAChangedPart() throws Exception {
    Manifest.Part part = flights.part(BY_HASH, numbered(10));
    Manifest manifest = flights.freeze(BY_HASH, List.of(part), 21);
    Path file = Path.of(URI.create(part.uri()));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> scan(manifest, BY_HASH, Selection.ALL, 10))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void shouldRefuseAnUnknownColumn() throws Exception {
    Manifest manifest = flights.freeze(BY_HASH, List.of(flights.part(BY_HASH, numbered(1))), 21);

    assertThatThrownBy(() -> scan(manifest, BY_HASH, Selection.ALL, List.of("nobody"), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nobody");
  }

  @Test
  void shouldGiveEqualBytesForEqualManifests() throws IOException {
    List<Manifest.Part> parts =
        List.of(flights.part(BY_TIME, numbered(5)), flights.part(BY_TIME, numbered(5)));
    Manifest manifest = flights.freeze(BY_TIME, parts, 21);

    assertThat(Manifest.parse(manifest.toJson())).isEqualTo(manifest);
    assertThat(flights.freeze(BY_TIME, parts.reversed(), 21).toJson()).isEqualTo(manifest.toJson());
    assertThat(HexFormat.of().formatHex(manifest.toJson())).doesNotContain("0d0a");
  }

  private static List<Flight> numbered(int rows) {
    return LongStream.rangeClosed(1, rows)
        .mapToObj(id -> new Flight(id, 1 + id * 0.001, "A", 1.0, false))
        .toList();
  }

  private List<Batch> scan(Manifest manifest, Pipeline pipeline, Selection selection, int rows)
      throws Exception {
    return scan(manifest, pipeline, selection, List.of("origin", "delay", "late"), rows);
  }

  private List<Batch> scan(
      Manifest manifest, Pipeline pipeline, Selection selection, List<String> columns, int rows)
      throws Exception {
    List<Batch> batches = new ArrayList<>();
    try (DataSet data = DataSet.open(manifest, pipeline, flights.store(), flights.reading())) {
      data.scan(selection, columns, rows, batches::add);
      assertThat(data.rows(selection)).isEqualTo(ids(batches).size());
    }
    return batches;
  }

  private static List<Long> ids(List<Batch> batches) {
    return batches.stream().flatMap(b -> Arrays.stream(b.ids())).map(Long::valueOf).toList();
  }
}
