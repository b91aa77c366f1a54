package io.millrace.contracts.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.docs.Page;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TopicsTest {
  @Test
  void shouldNameATopicAfterItsPipeline() {
    assertThat(DataTopic.EXAMPLES.of("flights")).isEqualTo("millrace.flights.examples");
  }

  @Test
  void shouldListTheDataTopicsInTheReference() {
    StringBuilder table =
        new StringBuilder(
            "| topic | key | value | written by | kept |\n|---|---|---|---|---|\n"
                + "| `millrace.<pipeline>.<stream>`, or the stream's own `topic` | any | `millrace.<pipeline>.<Stream>` | ingest, any producer | 7 days |\n");
    for (DataTopic topic : DataTopic.values()) {
      table.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  topic.of("<pipeline>"),
                  topic.key(),
                  topic.value(),
                  topic.writtenBy(),
                  topic.retention().map(TopicsTest::days).orElse("compacted")));
    }

    Page.of("topics.md").shouldHold("data topics", table.toString());
  }

  @Test
  void shouldListTheControlTopicsInTheReference() {
    StringBuilder table =
        new StringBuilder("| topic | compaction key | value | written by |\n|---|---|---|---|\n");
    for (ControlTopic<?> topic : ControlTopic.ALL) {
      table.append(
          "| `%s` | %s | `%s` | %s |\n"
              .formatted(
                  topic.name(),
                  topic.compactionKey(),
                  topic.schema().getFullName(),
                  topic.writtenBy()));
    }

    Page.of("topics.md").shouldHold("control topics", table.toString());
  }

  private static String days(Duration retention) {
    return retention.toDays() + " days";
  }
}
