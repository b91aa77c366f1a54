package io.millrace.messaging.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ControlRecordsTest {
  @Test
  void shouldPutAllEventsOfAPipelineIntoTheStockPartitionersPartition() {
    // Kafka's UtilsTest: murmur2("foobar") = -790332482; 1357151166 without its sign bit
    assertThat(ControlRecords.partitionOf("foobar", 4)).isEqualTo(1357151166 % 4);
  }
}
