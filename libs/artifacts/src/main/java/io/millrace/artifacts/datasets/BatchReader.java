package io.millrace.artifacts.datasets;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cuts a result into batches; its first two columns are id and time. */
final class BatchReader {
  private static final int BEFORE = 2;

  private final ResultSet found;
  private final List<RowColumns.Typed> columns;
  private final int batchRows;

  BatchReader(ResultSet found, List<RowColumns.Typed> columns, int batchRows) {
    this.found = found;
    this.columns = columns;
    this.batchRows = batchRows;
  }

  /** The next rows; none at the end. */
  Batch next() throws SQLException {
    String[] ids = new String[batchRows];
    long[] times = new long[batchRows];
    double[][] numbers = new double[columns.size()][];
    String[][] texts = new String[columns.size()][];
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).isText()) {
        texts[c] = new String[batchRows];
      } else {
        numbers[c] = new double[batchRows];
      }
    }
    int row = 0;
    while (row < batchRows && found.next()) {
      ids[row] = found.getString(1);
      times[row] = found.getLong(2);
      for (int c = 0; c < columns.size(); c++) {
        if (columns.get(c).isText()) {
          texts[c][row] = found.getString(c + 1 + BEFORE);
        } else {
          double value = found.getDouble(c + 1 + BEFORE);
          numbers[c][row] = found.wasNull() ? Double.NaN : value;
        }
      }
      row++;
    }
    return batch(row, ids, times, numbers, texts);
  }

  private Batch batch(int rows, String[] ids, long[] times, double[][] numbers, String[][] texts) {
    Map<String, double[]> numbersByName = new LinkedHashMap<>();
    Map<String, String[]> textsByName = new LinkedHashMap<>();
    for (int c = 0; c < columns.size(); c++) {
      String name = columns.get(c).name();
      if (columns.get(c).isText()) {
        textsByName.put(name, Arrays.copyOf(texts[c], rows));
      } else {
        numbersByName.put(name, Arrays.copyOf(numbers[c], rows));
      }
    }
    return new Batch(
        Arrays.copyOf(ids, rows), Arrays.copyOf(times, rows), numbersByName, textsByName);
  }
}
