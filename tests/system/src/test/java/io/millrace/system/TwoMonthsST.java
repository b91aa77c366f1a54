package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.Options;
import io.millrace.local.reconcile.Reconciliation;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All flights of both months, twice. */
@Tag("full")
class TwoMonthsST {
  @TempDir Path home;

  @Test
  void shouldReconcileBothMonthsAndCountOnlyDuplicatesTheSecondTime() throws Exception {
    try (RunningMillrace millrace = new RunningMillrace(home, 19_000, Options.everything())) {
      millrace.run("replay", RunningMillrace.FLIGHTS.toString());
      millrace.awaitParts("flights");
      Reconciliation first = millrace.reconcile(RunningMillrace.flights());
      System.out.println(first.report());
      assertThat(first.isExact()).as(first.report()).isTrue();
      assertThat(first.count("quarantined")).isEqualTo(3);
      assertThat(first.count("duplicates")).isZero();
      assertThat(first.count("rows.parts")).isEqualTo(966_406);
      JsonNode validated = millrace.counts("validator", "flights");
      JsonNode transformed = millrace.counts("transformer", "flights");
      assertThat(transformed.path("incomplete").asLong()).isZero();

      millrace.run("replay", RunningMillrace.FLIGHTS.toString());
      millrace.awaitParts("flights");
      Reconciliation second = millrace.reconcile(RunningMillrace.flights());
      System.out.println(second.report());
      assertThat(second.isExact()).as(second.report()).isTrue();
      assertThat(second.count("duplicates"))
          .isEqualTo(first.count("records.departures") + first.count("records.arrivals"));
      for (String unchanged :
          new String[] {"examples", "labels", "quarantined", "vectors", "rows.parts"}) {
        assertThat(second.count(unchanged)).as(unchanged).isEqualTo(first.count(unchanged));
      }
      assertThat(millrace.counts("transformer", "flights").path("rows"))
          .isEqualTo(transformed.path("rows"));
      assertThat(millrace.counts("validator", "flights").path("quarantined"))
          .isEqualTo(validated.path("quarantined"));
    }
  }
}
