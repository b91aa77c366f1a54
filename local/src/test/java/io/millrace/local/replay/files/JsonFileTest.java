package io.millrace.local.replay.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.terminal.CommandFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pipeline names the fields; a file of JSON is no witness of what there is. */
class JsonFileTest {
  /** More lines than readers look at that learn a file's fields from its beginning. */
  private static final int MANY = 30_000;

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldReadAKeyThatFirstAppearsLate() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < MANY; i++) {
      text.append("{\"id\":%d,\"at\":\"2001-01-01\"}\n".formatted(i));
    }
    write(text + "{\"id\":30000,\"at\":\"2001-01-02\",\"city\":\"Oslo\"}\n");

    List<Event> events = Events.read(folder, TimeRange.all());

    assertThat(events).hasSize(MANY + 1);
    assertThat(events.getLast().values().get(2)).isEqualTo("Oslo");
  }

  @Test
  void shouldReadEventsAmongManyForeignKeys() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 900; i++) {
      text.append("{\"key%d\":1,\"id\":%d,\"at\":\"2001-01-01\"}\n".formatted(i, i));
    }
    write(text.toString());

    assertThat(Events.read(folder, TimeRange.all())).hasSize(900);
    try (EventFiles files = Events.files(folder, Dialect.DEFAULT)) {
      assertThat(files.tables().getFirst().remarks().getFirst())
          .contains("key0, key1, ")
          .endsWith("and 880 more");
    }
  }

  @Test
  void shouldReadEventsInOneArrayAndOverSeveralLines() throws Exception {
    write("\ufeff[\n{\"id\": 1,\n \"at\": 978307200000},\n{\"id\": 2, \"at\": 978307200001}\n]\n");

    assertThat(Events.read(folder, TimeRange.all()))
        .extracting(Event::id)
        .containsExactly("1", "2");
  }

  @Test
  void shouldReadAFileWithoutEvents() throws Exception {
    for (String text : List.of("", "[]", " \n")) {
      write(text);
      assertThat(Events.read(folder, TimeRange.all())).isEmpty();
    }
  }

  @Test
  void shouldKeepTheLastDigitOfAWholeNumber() throws Exception {
    write("{\"id\":9007199254740995.0,\"at\":\"2001-01-01\"}");

    assertThat(Events.read(folder, TimeRange.all()))
        .extracting(Event::id)
        .containsExactly("9007199254740995");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'n':2,'events':[{'id':1,'at':'2001-01-01'}]} | line 1: an object without id; if the events are those in its \"events\", write these alone",
        "{'Id':1,'at':'2001-01-01'} | no event has a value for id, which is the id (did you mean \"Id\"?)",
        "{'id':1,'at':'2001-01-01','fare':1,'fare':2} | line 1: Duplicate field 'fare'",
        "{'id':1,'at':'2001-01-01'}~{'id':18446744073709551615} | line 2: field id: expected INT",
        "[[1]] | line 1: an event is a JSON object, not an array",
        "7 | line 1: an event is a JSON object, not a number",
        "[{'id':1,'at':'2001-01-01'}]~[] | more follows behind the array of events",
        "[{'id':1,'at':'2001-01-01'} | line 1: Unexpected end-of-input",
        "{'id':1,'at':'2001-01-01'},~{'id':2} | line 1: Unexpected character",
        "{'id':1,'at':'2001-01-01'}~{'id':2 | line 2: Unexpected end-of-input",
      })
  void shouldRefuseWhatIsNotEvents(String json, String problem) throws Exception {
    write(json.replace("'", "\"").replace("~", "\n"));

    assertThatThrownBy(() -> Events.read(folder, TimeRange.all()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(problem)
        .hasMessageEndingWith("; nothing was sent");
  }

  private void write(String text) throws Exception {
    Files.writeString(folder.resolve("trips.jsonl"), text);
  }
}
