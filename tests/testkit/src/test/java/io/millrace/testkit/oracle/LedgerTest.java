package io.millrace.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.reconcile.Ledger;
import io.millrace.local.reconcile.Reconciliation;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten examples with labels; number 3's label is refused, number 4's comes too late. */
class LedgerTest {
  private static final long WITHIN = 1_000;

  private final Ledger ledger = new Ledger("asked", "told");

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void shouldFindNothingWhenEverythingAddsUp() {
    run(-1);

    Reconciliation result = ledger.reconcile(WITHIN);

    assertThat(result.findings()).isEmpty();
    assertThat(result.counts())
        .containsEntry("records.asked", 11L)
        .containsEntry("records.told", 10L)
        .containsEntry("examples", 10L)
        .containsEntry("labels", 9L)
        .containsEntry("quarantined", 1L)
        .containsEntry("duplicates", 1L)
        .containsEntry("vectors", 10L)
        .containsEntry("rows.expected", 8L)
        .containsEntry("rows", 8L)
        .containsEntry("rows.parts", 8L);
    assertThat(result.quarantined()).containsEntry("INT_TYPE_BIG_INT", 1L);
    assertThat(result.isExact()).isTrue();
  }

  @Test
  void shouldFindAnExampleThatIsNowhere() {
    run(-1);
    ledger.received("asked", 0, 100, "20");

    assertThat(findings()).containsExactly("LOST asked 20 0");
  }

  @Test
  void shouldFindWhatIsWrongWithPredictionsAndOutcomes() {
    run(-1);
    // 1 has both, 2 lost its outcome, 4's label is too late for one, 5 has two, 30 is from nowhere
    List.of("1", "2", "4", "5", "5", "30").forEach(ledger::prediction);
    List.of("1", "4", "5", "5").forEach(ledger::outcome);

    assertThat(findings())
        .containsExactlyInAnyOrder(
            "TWICE predictions 5 2",
            "PHANTOM predictions 30 1",
            "LOST outcomes 2 0",
            "TWICE outcomes 5 2",
            "PHANTOM outcomes 4 1");
  }

  @Test
  void shouldFindAnExampleThatIsThereTwice() {
    run(-1);
    ledger.received("asked", 0, 100, "20");
    ledger.received("asked", 1, 100, "20");
    ledger.example("20", 1);
    ledger.example("20", 1);
    ledger.vector("20");

    assertThat(findings()).containsExactly("TWICE asked 20 2");
  }

  @Test
  void shouldFindAnExampleThatNobodySent() {
    run(-1);
    ledger.example("20", 1);
    ledger.vector("20");

    assertThat(findings()).containsExactly("PHANTOM asked 20 1");
  }

  @Test
  void shouldFindALossBehindAConflictingRepeat() {
    run(-1);
    ledger.received("asked", 0, 100, "20");
    ledger.received("asked", 0, 101, "20");
    ledger.quarantined("asked", 0, 101, List.of("CONFLICTING_DUPLICATE"));

    assertThat(findings()).containsExactly("LOST asked 20 0");
  }

  @Test
  void shouldFindARecordInQuarantineTwice() {
    run(-1);
    ledger.quarantined("told", 0, 3, List.of("INT_TYPE_BIG_INT"));

    assertThat(findings()).containsExactly("PHANTOM told 3 2", "TWICE quarantine told/0/3 2");
  }

  @Test
  void shouldFindARecordInQuarantineThatWasNeverReceived() {
    run(-1);
    ledger.quarantined("told", 3, 999, List.of("NO_ID"));

    assertThat(findings()).containsExactly("PHANTOM quarantine told/3/999 1");
  }

  @Test
  void shouldFindALostVectorAndItsRow() {
    run(7);

    assertThat(findings()).containsExactly("LOST vectors 7 0", "LOST rows 7 0", "LOST parts 7 0");
  }

  @Test
  void shouldFindARowOfALabelThatCameTooLate() {
    run(-1);
    ledger.row("4");

    assertThat(findings()).containsExactly("PHANTOM rows 4 1");
  }

  @Test
  void shouldFindARowThatIsInTwoParts() {
    run(-1);
    ledger.partRow("5");

    assertThat(findings()).containsExactly("TWICE parts 5 2");
  }

  @Test
  void shouldFindADamagedPart() {
    run(-1);
    ledger.damagedPart("0-0-99");

    assertThat(findings()).containsExactly("DAMAGED parts 0-0-99 1");
  }

  @Test
  void shouldReconcileAMillionIdsInSeconds() {
    for (int id = 0; id < 1_000_000; id++) {
      String text = Integer.toString(id);
      ledger.received("asked", id % 4, id, text);
      ledger.example(text, id);
      if (id != 777_777) {
        ledger.vector(text);
      }
    }

    assertThat(findings()).containsExactly("LOST vectors 777777 0");
  }

  private void run(int withoutVector) {
    for (int i = 0; i < 10; i++) {
      String id = Integer.toString(i);
      ledger.received("asked", i % 2, i, id);
      ledger.received("told", 0, i, id);
      ledger.example(id, i);
      if (i == 3) {
        ledger.quarantined("told", 0, i, List.of("INT_TYPE_BIG_INT"));
      } else {
        ledger.label(id, i == 4 ? i + WITHIN + 1 : i + WITHIN, true);
      }
      if (i != withoutVector) {
        ledger.vector(id);
        if (i != 3 && i != 4) {
          ledger.row(id);
          ledger.partRow(id);
        }
      }
    }
    ledger.received("asked", 0, 10, "0");
  }

  private List<String> findings() {
    return ledger.reconcile(WITHIN).findings().stream()
        .map(f -> "%s %s %s %d".formatted(f.kind(), f.where(), f.id(), f.times()))
        .toList();
  }
}
