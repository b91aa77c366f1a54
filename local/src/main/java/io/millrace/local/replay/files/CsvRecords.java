package io.millrace.local.replay.files;

import com.google.common.base.Throwables;
import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.values.Converted;
import io.millrace.contracts.values.TextForm;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rows of a CSV file as RFC 4180 has them, all as long as the header. */
final class CsvRecords implements Records {
  private static final int LONGEST_CELL = 16 << 20;

  private final StreamFile file;
  private final TextFile text;
  private final List<Field> fields;
  private final Set<String> missing;
  private final List<String> header;
  private final int[] columns;
  private final CloseableIterator<Row> rows;
  private final Row row = new Row();
  private long blank;

  /**
   * @throws CommandFailedException when the file is not UTF-8, or has no header
   */
  CsvRecords(StreamFile file, TextFile text, Dialect dialect) {
    CsvHeader names = CsvHeader.of(file, dialect);
    this.file = file;
    this.text = text;
    this.fields = file.stream().fieldList();
    this.missing = dialect.missing();
    this.header = names.names();
    this.columns = fields.stream().mapToInt(field -> header.indexOf(field.name())).toArray();
    this.rows =
        CsvReader.builder()
            .fieldSeparator(names.delimiter())
            .commentStrategy(CommentStrategy.NONE)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowUnclosedQuote(false)
            .maxBufferSize(LONGEST_CELL)
            .build(row, text.text())
            .iterator();
    while (step() && row.isBlank()) {} // up to the header
  }

  @Override
  public boolean next() {
    while (step()) {
      if (row.isBlank()) {
        blank++;
        continue;
      }
      if (row.cells.size() != header.size()) {
        throw new CommandFailedException(
            "%s line %d: %d %s, but the header has %d; nothing was sent"
                .formatted(
                    file.path(),
                    row.line,
                    row.cells.size(),
                    row.cells.size() == 1 ? "cell" : "cells",
                    header.size()));
      }
      return true;
    }
    return false;
  }

  private boolean step() {
    try {
      if (!rows.hasNext()) {
        return false;
      }
      rows.next();
      return true;
    } catch (CsvParseException | UncheckedIOException e) {
      Throwable cause = Throwables.getRootCause(e);
      throw cause instanceof IOException
          ? text.unreadable(e)
          : new CommandFailedException(
              "%s line %d: %s; nothing was sent"
                  .formatted(file.path(), row.line, cause.getMessage()),
              e);
    }
  }

  @Override
  public String place() {
    return "line " + row.line;
  }

  @Override
  public Converted value(int field) {
    if (columns[field] < 0) {
      return new Converted.Missing();
    }
    Cell cell = row.cells.get(columns[field]);
    Field of = fields.get(field);
    boolean isText = of.type().scalar() == Scalar.STRING && !of.type().list();
    boolean mayBeMissing = !cell.quoted || !isText;
    return mayBeMissing && (cell.text.isEmpty() || missing.contains(cell.text.strip()))
        ? new Converted.Missing()
        : TextForm.convert(of, cell.text);
  }

  @Override
  public Set<String> named() {
    Set<String> named = new HashSet<>(header);
    named.retainAll(file.stream().fields().keySet());
    return named;
  }

  @Override
  public List<String> unnamed() {
    List<String> unnamed = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i);
      if (name.isEmpty()) {
        unnamed.add("column " + (i + 1) + " (which has no name)");
      } else if (header.indexOf(name) < i) {
        unnamed.add("column " + (i + 1) + " (a second " + name + ")");
      } else if (!file.stream().fields().containsKey(name)) {
        unnamed.add(name);
      }
    }
    return unnamed;
  }

  @Override
  public long blank() {
    return blank;
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw text.unreadable(e);
    }
  }

  private record Cell(String text, boolean quoted) {}

  /** One for all rows: it holds the one that was read last. */
  private static final class Row extends AbstractBaseCsvCallbackHandler<Row> {
    private final List<Cell> cells = new ArrayList<>();
    private long line = 1;

    @Override
    protected void handleBegin(long startingLine) {
      line = startingLine;
      cells.clear();
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
      cells.add(new Cell(new String(buffer, offset, length), quoted));
    }

    @Override
    protected Row buildRecord() {
      return this;
    }

    boolean isBlank() {
      for (Cell cell : cells) {
        if (cell.quoted || !cell.text.isBlank()) {
          return false;
        }
      }
      return true;
    }
  }
}
