package io.millrace.local.reconcile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Double-entry book of a pipeline's events: everything that went in and everything that came out,
 * as multisets of ids. Entries are by stream, so that an example and its label do not mix.
 */
public final class Ledger implements AutoCloseable {
  private final Duck duck = new Duck();
  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final String exampleStream;
  private final String labelStream;

  public Ledger(String exampleStream, String labelStream) {
    this.exampleStream = exampleStream;
    this.labelStream = labelStream;
    table("received", "stream VARCHAR, part INTEGER, pos BIGINT, id VARCHAR");
    table("accepted", "stream VARCHAR, id VARCHAR, t BIGINT, usable BOOLEAN");
    table("refused", "stream VARCHAR, part INTEGER, pos BIGINT, repeat BOOLEAN");
    table("reasons", "reason VARCHAR");
    table("vectors", "id VARCHAR");
    table("rows_sent", "id VARCHAR");
    table("rows_kept", "id VARCHAR");
    table("predicted", "id VARCHAR");
    table("outcomes", "id VARCHAR");
    table("damaged", "part VARCHAR");
  }

  private void table(String name, String columns) {
    tables.put(name, new Table(duck, name, columns));
  }

  private void add(String table, Object... values) {
    Table found = tables.get(table);
    if (found == null) {
      throw new IllegalArgumentException(table);
    }
    found.add(values);
  }

  /** A record in a stream's topic. */
  public void received(String stream, int partition, long offset, String id) {
    add("received", stream, partition, offset, id);
  }

  /** A record in {@code examples}. */
  public void example(String id, long micros) {
    add("accepted", exampleStream, id, micros, true);
  }

  /**
   * A record in {@code labels}.
   *
   * @param usable whether it has a label's value, without which there is no row
   */
  public void label(String id, long micros, boolean usable) {
    add("accepted", labelStream, id, micros, usable);
  }

  /** A record in {@code quarantine}, by where it was read. */
  public void quarantined(String stream, int partition, long offset, List<String> reasons) {
    add("refused", stream, partition, offset, reasons.equals(List.of("CONFLICTING_DUPLICATE")));
    reasons.forEach(reason -> add("reasons", reason));
  }

  public void vector(String id) {
    add("vectors", id);
  }

  /** A prediction through the stream. */
  public void prediction(String id) {
    add("predicted", id);
  }

  public void outcome(String id) {
    add("outcomes", id);
  }

  /** A record in {@code rows}. */
  public void row(String id) {
    add("rows_sent", id);
  }

  /** A row in an announced part. */
  public void partRow(String id) {
    add("rows_kept", id);
  }

  /** All rows of an announced part, of which there must be as many as announced. */
  public void part(String part, Path file, String idField, long rows) {
    String content = "read_parquet(" + Duck.literal(file.toString()) + ")";
    if (duck.number("SELECT count(*) FROM " + content) == rows) {
      duck.execute(
          "INSERT INTO rows_kept SELECT CAST(%s AS VARCHAR) FROM %s"
              .formatted(Duck.name(idField), content));
    } else {
      damagedPart(part);
    }
  }

  /** An announced part whose file is not what was announced. */
  public void damagedPart(String part) {
    add("damaged", part);
  }

  /**
   * Closes the book.
   *
   * @param withinMicros a label later than this after its example makes no row
   */
  public Reconciliation reconcile(long withinMicros) {
    tables.values().forEach(Table::flush);
    duck.execute(LedgerSql.FATES);
    duck.execute(LedgerSql.expectedRows(exampleStream, labelStream, withinMicros));
    duck.execute(LedgerSql.EXPECTED_OUTCOMES);
    List<Finding> findings = new ArrayList<>();
    for (String query : LedgerSql.findings(exampleStream)) {
      findings.addAll(
          duck.query(
              query,
              row ->
                  new Finding(
                      Finding.Kind.valueOf(row.getString(1)),
                      row.getString(2),
                      row.getString(3),
                      row.getLong(4))));
    }
    return new Reconciliation(
        counted(LedgerSql.counts(exampleStream, labelStream)),
        counted("SELECT reason, count(*) FROM reasons GROUP BY reason ORDER BY reason"),
        findings);
  }

  private Map<String, Long> counted(String query) {
    Map<String, Long> counts = new LinkedHashMap<>();
    duck.query(query, row -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  @Override
  public void close() {
    tables.values().forEach(Table::close);
    duck.close();
  }
}
