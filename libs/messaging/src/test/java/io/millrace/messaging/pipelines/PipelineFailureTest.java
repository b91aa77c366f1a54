package io.millrace.messaging.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import org.junit.jupiter.api.Test;

class PipelineFailureTest {
  @Test
  void shouldTellAPersonWhereTheRecordStands() {
    assertThat(
            PipelineFailure.at(new Place("millrace.a.rows", 3, 17), ErrorCode.INTERNAL, "no rows")
                .text())
        .isEqualTo("no rows (topic millrace.a.rows, partition 3, offset 17)");
    assertThat(PipelineFailure.of(ErrorCode.INTERNAL, "no rows").text()).isEqualTo("no rows");
  }
}
