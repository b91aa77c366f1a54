package io.millrace.artifacts.datasets;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.DuckDb;
import io.millrace.artifacts.LocalFile;
import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.time.TimeBounds;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The rows of a manifest, from parts that were verified. Their order is that of time and id, so
 * that nothing depends on how rows were cut into parts. For one thread at a time.
 */
public final class DataSet implements AutoCloseable {
  /** Takes batches as they are read. */
  @FunctionalInterface
  public interface BatchConsumer {
    void accept(Batch batch) throws IOException, InterruptedException;
  }

  /** So many of the rows of either class have their label where a manifest ends. */
  private static final double LABELLED = 0.95;

  /** Before every event time, in microseconds since the epoch. */
  private static final long ALL = TimeBounds.EARLIEST - 1;

  private final Connection connection;
  private final RowColumns columns;
  private final List<LocalFile> parts;

  private DataSet(Connection connection, RowColumns columns, List<LocalFile> parts) {
    this.connection = connection;
    this.columns = columns;
    this.parts = parts;
  }

  /**
   * Opens a data set.
   *
   * @param pipeline in the version that the manifest names
   * @throws io.millrace.artifacts.ArtifactException when a part is missing or damaged
   */
  public static DataSet open(
      Manifest manifest, Pipeline pipeline, ArtifactStore store, Reading reading)
      throws IOException {
    RowColumns columns = RowColumns.of(pipeline);
    List<LocalFile> parts = new ArrayList<>();
    try {
      for (Manifest.Part part : manifest.parts()) {
        parts.add(store.fetch(part.artifact()));
      }
      return new DataSet(RowView.open(manifest, columns, parts, reading), columns, parts);
    } catch (IOException | RuntimeException e) {
      parts.forEach(LocalFile::close);
      throw e;
    }
  }

  /**
   * The manifest of the rows in the pipeline's window: counts them, and finds the time that splits
   * them. It ends where labels are still coming: which of the newest rows are there depends on how
   * fast their label came, and often so does the label (a late flight lands late). Rows some of
   * whose features could not be computed are left out, unless the pipeline takes them.
   *
   * @param parts of which at least one is given; their order does not matter
   * @param newest the newest row's event time
   */
  public static Manifest freeze(
      Pipeline pipeline,
      int pipelineVersion,
      List<Manifest.Part> parts,
      long newest,
      ArtifactStore store,
      Reading reading)
      throws IOException {
    long from =
        pipeline.train().window().map(window -> newest - window.toNanos() / 1_000).orElse(ALL);
    return freeze(pipeline, pipelineVersion, parts, from, newest, store, reading);
  }

  /**
   * The same of another window.
   *
   * @param from rows after this event time belong to it
   */
  public static Manifest freeze(
      Pipeline pipeline,
      int pipelineVersion,
      List<Manifest.Part> parts,
      long from,
      long newest,
      ArtifactStore store,
      Reading reading)
      throws IOException {
    Evaluate.Split split = pipeline.evaluate().split();
    boolean byTime = split.by() == Evaluate.Split.By.TIME;
    Manifest draft =
        new Manifest(
            pipeline.name(),
            pipelineVersion,
            parts.stream().sorted(Comparator.comparing(Manifest.Part::part)).toList(),
            from,
            newest,
            new HeldOut(split.by(), split.eval(), byTime ? newest : null),
            0,
            0,
            !pipeline.train().incomplete(),
            0);
    try (DataSet all = open(draft, pipeline, store, reading)) {
      long to = Math.min(newest, all.labelledUntil(newest));
      long rows = all.number("SELECT count(*) FROM rows WHERE _time <= " + to);
      long newer = all.number("SELECT count(*) FROM rows WHERE _time > " + to);
      long leftOut =
          draft.completeOnly() ? all.number("SELECT count(*) FROM all_rows WHERE _incomplete") : 0;
      HeldOut heldOut =
          byTime && rows > 0
              ? new HeldOut(split.by(), split.eval(), all.splitTime(to, rows))
              : draft.split();
      return draft.with(to, heldOut, rows, newer, leftOut);
    }
  }

  /** How many rows there are. */
  public long rows(Selection selection) throws IOException {
    return number("SELECT count(*) FROM rows WHERE " + selection.sql());
  }

  /**
   * Reads rows in their order.
   *
   * @param names of columns that are no lists; an id and a time come with every batch
   * @param batchRows how many a batch has; the last one may have fewer
   * @throws IllegalArgumentException when there is no such column, or it is a list
   */
  public void scan(Selection selection, List<String> names, int batchRows, BatchConsumer consumer)
      throws IOException, InterruptedException {
    String query =
        "SELECT _id, _time%s FROM rows WHERE %s ORDER BY _time, _key"
            .formatted(columns.selected(names), selection.sql());
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      BatchReader reader = new BatchReader(found, columns.of(names), batchRows);
      for (Batch batch = reader.next(); batch.rows() > 0; batch = reader.next()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        consumer.accept(batch);
      }
    } catch (SQLException e) {
      throw new IOException("could not read the rows", e);
    }
  }

  /** Copies some columns of some rows, for statistics of one after the other. */
  public ColumnStatistics statistics(Selection selection, List<String> names) throws IOException {
    return ColumnStatistics.of(connection, columns, selection, names);
  }

  /**
   * The time before which hardly any label is still to come; another one without rows. Of rare rows
   * too, whose labels may be the slow ones.
   */
  private long labelledUntil(long otherwise) throws IOException {
    Label label = columns.pipeline().label();
    return number(
        """
        SELECT coalesce(max(newest) - max(delay), %1$d)
        FROM (
          SELECT max(%2$s) AS newest, quantile_disc(%2$s - _time, %3$s) AS delay
          FROM rows GROUP BY %4$s)
        """
            .formatted(
                otherwise,
                DuckDb.name(PipelineSchemas.LABEL_TIME),
                LABELLED,
                label.kind() == Label.Kind.BINARY ? DuckDb.name(label.name()) : "()"));
  }

  /** At most the share of the rows that is to be held out is newer; equal times stay together. */
  private long splitTime(long to, long rows) throws IOException {
    Evaluate.Split split = columns.pipeline().evaluate().split();
    long newer = (long) Math.floor(rows * split.eval());
    return number(
        "SELECT _time FROM rows WHERE _time <= %d ORDER BY _time DESC LIMIT 1 OFFSET %d"
            .formatted(to, newer));
  }

  private long number(String query) throws IOException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      found.next();
      return found.getLong(1);
    } catch (SQLException e) {
      throw new IOException("could not read the rows", e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("an in-memory database does not close", e);
    } finally {
      parts.forEach(LocalFile::close);
    }
  }
}
