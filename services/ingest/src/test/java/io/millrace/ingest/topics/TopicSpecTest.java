package io.millrace.ingest.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.contracts.pipeline.Serve;
import io.millrace.contracts.pipeline.Train;
import io.millrace.contracts.topics.DataTopic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicSpecTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final String WEEK = "604800000";
  private static final String MONTH = "2592000000";

  @ParameterizedTest
  @EnumSource(DataTopic.class)
  void shouldKeepEachDataTopicAsLongAsTheContractSays(DataTopic topic) {
    TopicSpec spec = TopicSpec.data(topic, pipeline(Retention.DEFAULT), 3);

    assertThat(spec.name()).isEqualTo("millrace.flights." + topic.what());
    assertThat(spec.partitions()).isEqualTo(3);
    assertThat(spec.settings())
        .isEqualTo(
            switch (topic) {
              case EXAMPLES, LABELS, VECTORS, ROWS, PREDICTIONS -> made(kept(WEEK));
              case OUTCOMES, QUARANTINE -> made(kept(MONTH));
              case FEATURES -> made(COMPACTED);
            });
  }

  @Test
  void shouldKeepStreamsForAWeekAndControlTopicsForGood() {
    assertThat(TopicSpec.stream("millrace.flights.departures", 4).settings()).isEqualTo(kept(WEEK));
    assertThat(TopicSpec.control("millrace.pipelines", 4).settings()).isEqualTo(COMPACTED);
  }

  @Test
  void shouldKeepTheQuarantineAsLongAsTheFileSays() {
    Retention week = new Retention(Optional.empty(), DAY, DAY, DAY, Duration.ofDays(7));

    assertThat(TopicSpec.data(DataTopic.QUARANTINE, pipeline(week), 3).settings())
        .isEqualTo(made(kept(WEEK)));
    assertThat(TopicSpec.data(DataTopic.OUTCOMES, pipeline(week), 3).settings())
        .isEqualTo(made(kept(MONTH)));
  }

  private static Pipeline pipeline(Retention retention) {
    return new Pipeline(
        "flights",
        Map.of(),
        new Label("late", Label.Kind.BINARY, "true", DAY, Label.Absent.DROP),
        List.of(),
        List.of(),
        List.of(),
        Train.DEFAULT,
        Evaluate.DEFAULT,
        Serve.DEFAULT,
        Monitor.DEFAULT,
        retention);
  }

  private static final Map<String, String> COMPACTED =
      Map.of("message.timestamp.type", "LogAppendTime", "cleanup.policy", "compact");

  /** Larger than what it is made of. */
  private static Map<String, String> made(Map<String, String> settings) {
    Map<String, String> larger = new HashMap<>(settings);
    larger.put("max.message.bytes", "4194304");
    return larger;
  }

  private static Map<String, String> kept(String retention) {
    return Map.of(
        "message.timestamp.type", "LogAppendTime",
        "cleanup.policy", "delete",
        "retention.ms", retention);
  }
}
