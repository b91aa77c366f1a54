package io.millrace.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReconcileCommandTest {
  @Test
  void shouldSayTheSameAsJson() throws Exception {
    Reconciliation numbers =
        new Reconciliation(
            Map.of("vectors", 2L),
            Map.of("UNDECODABLE", 1L),
            List.of(new Finding(Finding.Kind.TWICE, "rows", "7", 3)));

    JsonNode json = new ObjectMapper().readTree(ReconcileCommand.asJson(numbers));

    assertThat(json)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"exact": false, "counts": {"vectors": 2}, "quarantined": {"UNDECODABLE": 1},
                     "findings": [{"kind": "TWICE", "where": "rows", "id": "7", "times": 3}]}
                    """));
  }
}
