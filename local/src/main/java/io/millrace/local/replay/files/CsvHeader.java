package io.millrace.local.replay.files;

import com.google.common.base.Ascii;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The first line of a CSV file that is not blank: it names the columns, and so shows what stands
 * between them.
 */
record CsvHeader(char delimiter, List<String> names) {
  private static final List<Character> DELIMITERS = List.of(',', ';', '\t', '|');
  private static final int CHARACTERS_LOOKED_AT = 1 << 20;
  private static final int LINES_LOOKED_AT = 50;
  private static final int SHOWN = 60;

  /**
   * @throws CommandFailedException when no line is there, or the first names no field of the stream
   */
  static CsvHeader of(StreamFile file, Dialect dialect) {
    List<String> lines = firstLines(file);
    int first = 0;
    while (first < lines.size() && lines.get(first).isBlank()) {
      first++;
    }
    if (first == lines.size()) {
      throw new CommandFailedException(
          file.path() + " is empty: its first line should name the columns; nothing was sent");
    }
    List<CsvHeader> possible = possible(lines.get(first), dialect);
    return whole(possible, file.stream())
        .or(() -> closest(possible, file.stream()))
        .orElseThrow(() -> missing(file, dialect, lines));
  }

  /** The one with the id and the time. */
  private static Optional<CsvHeader> whole(List<CsvHeader> possible, Stream stream) {
    return possible.stream()
        .filter(header -> header.names.contains(stream.id()))
        .filter(header -> header.names.contains(stream.time()))
        .findFirst();
  }

  /** The one with the most fields, written in whichever case; what it lacks is told by others. */
  private static Optional<CsvHeader> closest(List<CsvHeader> possible, Stream stream) {
    Set<String> fields =
        stream.fields().keySet().stream()
            .map(field -> field.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return possible.stream()
        .max(Comparator.comparingLong(header -> header.known(fields)))
        .filter(header -> header.known(fields) > 0);
  }

  private long known(Set<String> lowerCaseFields) {
    return names.stream()
        .filter(name -> lowerCaseFields.contains(name.toLowerCase(Locale.ROOT)))
        .count();
  }

  private static CommandFailedException missing(
      StreamFile file, Dialect dialect, List<String> lines) {
    String fields = String.join(", ", file.stream().fields().keySet());
    for (int i = 0; i < lines.size(); i++) {
      if (whole(possible(lines.get(i), dialect), file.stream()).isPresent()) {
        return new CommandFailedException(
            "%s: its header stands in line %d; remove what stands above it; nothing was sent"
                .formatted(file.path(), i + 1));
      }
    }
    String line = lines.stream().filter(text -> !text.isBlank()).findFirst().orElse("");
    return new CommandFailedException(
        "%s: its first line should name the columns (%s), but is '%s'; a missing header, or another --delimiter? nothing was sent"
            .formatted(file.path(), fields, Ascii.truncate(line, SHOWN, "…")));
  }

  private static List<CsvHeader> possible(String line, Dialect dialect) {
    List<CsvHeader> possible = new ArrayList<>();
    for (char delimiter : dialect.delimiter().map(List::of).orElse(DELIMITERS)) {
      names(line, delimiter).ifPresent(names -> possible.add(new CsvHeader(delimiter, names)));
    }
    return possible;
  }

  private static Optional<List<String>> names(String line, char delimiter) {
    try {
      return Optional.of(
          CsvReader.builder().fieldSeparator(delimiter).ofSingleCsvRecord(line).getFields().stream()
              .map(String::strip)
              .toList());
    } catch (CsvParseException e) {
      return Optional.empty(); // its quotes fit to another delimiter
    }
  }

  /** As many as are looked at; the last may be cut off. */
  private static List<String> firstLines(StreamFile file) {
    try (TextFile text = new TextFile(file.path())) {
      try {
        return begin(text.text()).lines().limit(LINES_LOOKED_AT).toList();
      } catch (IOException e) {
        throw text.unreadable(e);
      }
    }
  }

  private static String begin(Reader text) throws IOException {
    char[] begin = new char[CHARACTERS_LOOKED_AT];
    int length = 0;
    for (int n = text.read(begin); n > 0; n = text.read(begin, length, begin.length - length)) {
      length += n;
    }
    return new String(begin, 0, length);
  }
}
