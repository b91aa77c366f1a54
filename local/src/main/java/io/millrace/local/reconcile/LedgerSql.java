package io.millrace.local.reconcile;

import java.util.List;

/** The questions that a {@link Ledger} is asked. */
final class LedgerSql {
  private LedgerSql() {}

  /**
   * By stream and id: how often it was received, accepted and refused. A record that was refused
   * only for repeating another one with other content is not the first of its id.
   */
  static final String FATES =
      """
      CREATE OR REPLACE VIEW fates AS
      WITH
        r AS (SELECT stream, id, count(*) AS n FROM received GROUP BY ALL),
        a AS (SELECT stream, id, count(*) AS n FROM accepted GROUP BY ALL),
        q AS (
          SELECT stream, received.id, count(*) AS n, count(*) FILTER (NOT repeat) AS firsts
          FROM refused JOIN received USING (stream, part, pos)
          GROUP BY ALL)
      SELECT stream, id, coalesce(r.n, 0) AS received, coalesce(a.n, 0) AS accepted,
        coalesce(q.n, 0) AS refused, coalesce(q.firsts, 0) AS firsts
      FROM r FULL JOIN a USING (stream, id) LEFT JOIN q USING (stream, id)
      """;

  static String expectedRows(String examples, String labels, long withinMicros) {
    return """
    CREATE OR REPLACE VIEW expected_rows AS
    SELECT e.id
    FROM (SELECT id, min(t) AS t FROM accepted WHERE stream = %s GROUP BY id) e
    JOIN (SELECT id, min(t) AS t FROM accepted WHERE stream = %s AND usable GROUP BY id) l
      USING (id)
    WHERE l.t <= e.t + %d
    """
        .formatted(Duck.literal(examples), Duck.literal(labels), withinMicros);
  }

  static final String EXPECTED_OUTCOMES =
      """
      CREATE OR REPLACE VIEW expected_outcomes AS
      SELECT DISTINCT id FROM predicted JOIN expected_rows USING (id)
      """;

  static List<String> findings(String exampleStream) {
    String examples =
        "(SELECT id FROM accepted WHERE stream = " + Duck.literal(exampleStream) + ")";
    return List.of(
        "SELECT 'LOST', stream, id, 0 FROM fates WHERE received > 0 AND accepted + firsts = 0",
        "SELECT 'TWICE', stream, id, accepted FROM fates WHERE accepted > 1",
        "SELECT 'PHANTOM', stream, id, accepted + refused FROM fates"
            + " WHERE accepted + refused > received",
        """
        SELECT 'TWICE', 'quarantine', concat_ws('/', stream, part, pos), count(*)
        FROM refused GROUP BY stream, part, pos HAVING count(*) > 1
        """,
        """
        SELECT 'PHANTOM', 'quarantine', concat_ws('/', stream, part, pos), 1
        FROM refused ANTI JOIN received USING (stream, part, pos)
        """,
        lost("vectors", examples, "vectors"),
        twice("vectors", "vectors"),
        phantom("vectors", examples, "vectors"),
        lost("rows", "expected_rows", "rows_sent"),
        twice("rows", "rows_sent"),
        phantom("rows", "expected_rows", "rows_sent"),
        lost("parts", "expected_rows", "rows_kept"),
        twice("parts", "rows_kept"),
        phantom("parts", "expected_rows", "rows_kept"),
        twice("predictions", "predicted"),
        phantom("predictions", "vectors", "predicted"),
        lost("outcomes", "expected_outcomes", "outcomes"),
        twice("outcomes", "outcomes"),
        phantom("outcomes", "expected_outcomes", "outcomes"),
        "SELECT 'DAMAGED', 'parts', part, 1 FROM damaged");
  }

  static String counts(String examples, String labels) {
    return """
    SELECT * FROM (
      SELECT 'records.' || stream AS place, count(*) FROM received GROUP BY stream ORDER BY stream)
    UNION ALL SELECT 'examples', count(*) FROM accepted WHERE stream = %s
    UNION ALL SELECT 'labels', count(*) FROM accepted WHERE stream = %s
    UNION ALL SELECT 'quarantined', count(*) FROM refused
    UNION ALL SELECT 'duplicates', coalesce(sum(received - accepted - refused), 0)::BIGINT FROM fates
    UNION ALL SELECT 'vectors', count(*) FROM vectors
    UNION ALL SELECT 'rows.expected', count(*) FROM expected_rows
    UNION ALL SELECT 'rows', count(*) FROM rows_sent
    UNION ALL SELECT 'rows.parts', count(*) FROM rows_kept
    UNION ALL SELECT 'predictions', count(*) FROM predicted HAVING count(*) > 0
    UNION ALL SELECT 'outcomes.expected', count(*) FROM expected_outcomes HAVING count(*) > 0
    UNION ALL SELECT 'outcomes', count(*) FROM outcomes HAVING count(*) > 0
    """
        .formatted(Duck.literal(examples), Duck.literal(labels));
  }

  private static String lost(String where, String expected, String found) {
    return "SELECT DISTINCT 'LOST', '%s', id, 0 FROM %s ANTI JOIN %s USING (id)"
        .formatted(where, expected, found);
  }

  private static String twice(String where, String found) {
    return "SELECT 'TWICE', '%s', id, count(*) FROM %s GROUP BY id HAVING count(*) > 1"
        .formatted(where, found);
  }

  private static String phantom(String where, String expected, String found) {
    return "SELECT DISTINCT 'PHANTOM', '%s', id, 1 FROM %s ANTI JOIN %s USING (id)"
        .formatted(where, found, expected);
  }
}
