package io.millrace.local.demo;

import io.millrace.local.reconcile.Duck;
import io.millrace.local.reconcile.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the topics and the raw files say in numbers, by SQL alone. Labels are those of the files.
 */
final class Numbers implements AutoCloseable {
  /** Of a sum of trees in single precision. */
  private static final double ROUNDING = 1e-6;

  private final Duck duck = new Duck();
  private final Table sent;
  private final Table predictions;
  private final Table references;
  private final Table replayed;

  /**
   * How a version did on some rows.
   *
   * @param positives of the labelled
   * @param reference what the old champion would have had on the same rows with their old codes
   * @param stale what the old champion's file gives on the same rows as they were served
   */
  record Quality(
      long predictions,
      long labelled,
      long positives,
      Optional<Double> auc,
      Optional<Double> reference,
      Optional<Double> stale,
      long first,
      long last) {}

  /**
   * The old champion's live scores beside its file's on the same inputs.
   *
   * @param rows that it has predicted
   * @param unlike without a score, or further from the file's than rounding takes it
   */
  record Parity(long rows, long unlike) {}

  /**
   * How many events of a stream a file has and the topic lacks, and the other way round.
   *
   * @param ofFile events of the file up to the last time that was sent
   */
  record Files(long ofFile, long lost, long phantom) {}

  /** The quality of one version on one day. */
  record Day(String day, int version, Quality quality) {}

  /**
   * @param labels a relation of {@code id} (text), {@code t} (microseconds) and {@code label}
   */
  Numbers(String labels) {
    sent = new Table(duck, "sent", "stream VARCHAR, id VARCHAR, t BIGINT, appended BIGINT");
    predictions =
        new Table(duck, "predictions", "id VARCHAR, version INTEGER, score DOUBLE, t BIGINT");
    references = new Table(duck, "on_old_codes", "id VARCHAR, score DOUBLE");
    replayed = new Table(duck, "as_served", "id VARCHAR, score DOUBLE");
    duck.execute("CREATE TABLE labels AS " + labels);
  }

  /** Raw flights as a relation for {@link #Numbers}. */
  static String labelsOf(Path file, String id, String time, String label) {
    return "SELECT CAST(%s AS VARCHAR) AS id, epoch_us(%s) AS t, %s AS label FROM %s"
        .formatted(
            Duck.name(id),
            Duck.name(time),
            label,
            "read_parquet(" + Duck.literal(file.toString()) + ")");
  }

  /**
   * An event in a stream's topic.
   *
   * @param at when it was appended, microseconds since the epoch
   */
  void sent(String stream, String id, long t, long at) {
    sent.add(stream, id, t, at);
  }

  void prediction(String id, int version, @Nullable Double score, long t) {
    predictions.add(id, version, score, t);
  }

  /** What the old champion gives an example with its old codes. */
  void reference(String id, double score) {
    references.add(id, score);
  }

  /** What the old champion's file gives an example as it was served. */
  void replayed(String id, double score) {
    replayed.add(id, score);
  }

  /** To be called when all is in. */
  void finish() {
    sent.flush();
    predictions.flush();
    references.flush();
    replayed.flush();
    duck.execute(
        """
        CREATE VIEW judged AS
        SELECT p.*, r.score AS reference, s.score AS stale, l.label
        FROM predictions p LEFT JOIN on_old_codes r USING (id) LEFT JOIN as_served s USING (id)
        LEFT JOIN (
          SELECT id, label FROM labels WHERE label IS NOT NULL AND t <= (SELECT max(t) FROM sent)) l
          USING (id)
        """);
  }

  /** Of the predictions that a condition picks, on {@code version} and {@code t}. */
  Quality quality(String where) {
    return duck.query(
            """
            WITH picked AS (SELECT * FROM judged WHERE %s),
            l AS (SELECT label, score, reference, stale FROM picked WHERE label IS NOT NULL),
            n AS (SELECT count(*) FILTER (label) AS p, count(*) FILTER (NOT label) AS n FROM l)
            SELECT (SELECT count(*) FROM picked), (SELECT count(*) FROM l), (SELECT p FROM n), %s, %s, %s,
              (SELECT min(t) FROM picked), (SELECT max(t) FROM picked)
            """
                .formatted(where, auc("score"), auc("reference"), auc("stale")),
            row ->
                new Quality(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    Optional.ofNullable((Double) row.getObject(4)),
                    Optional.ofNullable((Double) row.getObject(5)),
                    Optional.ofNullable((Double) row.getObject(6)),
                    row.getLong(7),
                    row.getLong(8)))
        .getFirst();
  }

  /** By ranks: how often a positive scores above a negative, ties half; null when one has none. */
  private static String auc(String score) {
    return """
    CASE WHEN (SELECT count(%1$s) FROM l) = (SELECT count(*) FROM l) THEN
    (SELECT (sum(r) FILTER (label) - any_value(n.p) * (any_value(n.p) + 1) / 2.0)
        / nullif(any_value(n.p) * any_value(n.n), 0)
      FROM (SELECT label, rank() OVER (ORDER BY %1$s)
          + (count(*) OVER (PARTITION BY %1$s) - 1) / 2.0 AS r FROM l), n) END
    """
        .formatted(score);
  }

  /** Whether a version's live scores are those that its file gives. */
  Parity parity(int version) {
    return duck.query(
            """
            SELECT count(*), count(*) FILTER (coalesce(abs(score - stale) > %s, true))
            FROM judged WHERE version = %d
            """
                .formatted(ROUNDING, version),
            row -> new Parity(row.getLong(1), row.getLong(2)))
        .getFirst();
  }

  List<Day> days() {
    return duck
        .query(
            "SELECT DISTINCT t // 86400000000 AS day, version FROM predictions ORDER BY ALL",
            row -> new long[] {row.getLong(1), row.getLong(2)})
        .stream()
        .map(
            key ->
                new Day(
                    Instant.ofEpochSecond(key[0] * 86_400).toString().substring(0, 10),
                    (int) key[1],
                    quality("version = %d AND t // 86400000000 = %d".formatted(key[1], key[0]))))
        .toList();
  }

  /** The version that predicted last before a time. */
  Optional<Integer> versionBefore(long t) {
    return duck
        .query(
            "SELECT version FROM predictions WHERE t < %d ORDER BY t DESC LIMIT 1".formatted(t),
            row -> row.getInt(1))
        .stream()
        .findFirst();
  }

  /** The latest event time in the streams' topics at a moment. */
  Optional<Long> eventTimeAt(Instant wall) {
    return number(
        "SELECT max(t) FROM sent WHERE appended <= "
            + java.time.temporal.ChronoUnit.MICROS.between(Instant.EPOCH, wall));
  }

  /** When the first example from an event time on was appended; microseconds since the epoch. */
  Optional<Long> appendedFrom(String stream, long t) {
    return number(
        "SELECT min(appended) FROM sent WHERE stream = %s AND t >= %d"
            .formatted(Duck.literal(stream), t));
  }

  /** Compares a stream's topic with its file. */
  Files files(String stream, Path file, String id, String time, long from) {
    String raw =
        "(SELECT CAST(%s AS VARCHAR) AS id FROM read_parquet(%s) WHERE epoch_us(%s) BETWEEN %d AND (SELECT max(t) FROM sent))"
            .formatted(Duck.name(id), Duck.literal(file.toString()), Duck.name(time), from);
    String topic = "(SELECT id FROM sent WHERE stream = %s)".formatted(Duck.literal(stream));
    return new Files(
        duck.number("SELECT count(*) FROM " + raw),
        duck.number("SELECT count(*) FROM (FROM %s EXCEPT ALL FROM %s)".formatted(raw, topic)),
        duck.number("SELECT count(*) FROM (FROM %s EXCEPT ALL FROM %s)".formatted(topic, raw)));
  }

  private Optional<Long> number(String sql) {
    return duck.query(sql, row -> Optional.ofNullable((Long) row.getObject(1))).getFirst();
  }

  @Override
  public void close() {
    sent.close();
    predictions.close();
    references.close();
    replayed.close();
    duck.close();
  }
}
