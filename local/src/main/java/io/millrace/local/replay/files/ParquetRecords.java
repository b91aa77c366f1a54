package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.values.Converted;
import io.millrace.contracts.values.TextForm;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** The rows of a Parquet file with columns of text that are to be read as another type. */
final class ParquetRecords implements Records {
  private final ParquetFile parquet;
  private final List<Field> fields;
  private final boolean[] isText;
  private final Statement statement;
  private final ResultSet rows;

  ParquetRecords(ParquetFile parquet, Connection duck) {
    this.parquet = parquet;
    this.fields = parquet.file().stream().fieldList();
    this.isText = new boolean[fields.size()];
    for (int i = 0; i < isText.length; i++) {
      isText[i] = parquet.isText(fields.get(i));
    }
    try {
      this.statement = duck.createStatement();
      this.rows = statement.executeQuery(parquet.numbered());
    } catch (SQLException e) {
      throw parquet.file().unreadable(e);
    }
  }

  @Override
  public boolean next() {
    try {
      return rows.next();
    } catch (SQLException e) {
      throw parquet.file().unreadable(e);
    }
  }

  @Override
  public String place() {
    try {
      return "row " + rows.getLong(fields.size() + 1);
    } catch (SQLException e) {
      throw parquet.file().unreadable(e);
    }
  }

  @Override
  public Converted value(int field) {
    Field of = fields.get(field);
    try {
      if (isText[field]) {
        String text = rows.getString(field + 1);
        return text == null ? new Converted.Missing() : TextForm.convert(of, text);
      }
      Object value = Columns.value(rows, field + 1, of.type());
      return value == null ? new Converted.Missing() : new Converted.Value(value);
    } catch (SQLException e) {
      throw parquet.file().unreadable(e);
    }
  }

  @Override
  public Set<String> named() {
    return parquet.named();
  }

  @Override
  public List<String> unnamed() {
    return parquet.unnamed();
  }

  @Override
  public void close() {
    try {
      rows.close();
      statement.close();
    } catch (SQLException e) {
      throw parquet.file().unreadable(e);
    }
  }
}
