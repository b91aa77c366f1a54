package io.millrace.monitor.history;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.monitor.ControlBroker;
import io.millrace.monitor.ControlWriter;
import io.millrace.monitor.Story;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Junk in every control topic. */
@QuarkusTest
@QuarkusTestResource(value = ControlBroker.class, restrictToAnnotatedClass = true)
class ControlAlarmsIT {
  @Inject KafkaClients clients;
  @Inject ArtifactStore store;
  @Inject HistoryReader reader;
  @Inject Histories histories;

  @Test
  void shouldAlertOncePerTopicAndGoOn() {
    try (ControlWriter writer = new ControlWriter(clients)) {
      Story story = new Story(writer, store, "polluted").apply();
      for (ControlTopic<?> topic : ControlTopic.ALL) {
        writer.writeJunk(topic, "polluted/x".getBytes(UTF_8));
        writer.writeJunk(topic, new byte[] {(byte) 0xff, 0});
      }
      story.firstChampion().decay().recovery();
    }

    Awaitility.await().atMost(60, SECONDS).until(() -> alarms().size() == ControlTopic.ALL.size());
    reader.catchUp();
    assertThat(alarms())
        .containsExactlyInAnyOrderElementsOf(
            ControlTopic.ALL.stream().map(topic -> "control-topic/" + topic.name()).toList());
    PipelineHistory history = histories.find("polluted").orElseThrow();
    assertThat(history.runs()).hasSize(2);
    assertThat(history.models().current(ModelHistory.CHAMPION).map(Move::version)).contains(2);
    given().post("/v1/pipelines/polluted/runs").then().statusCode(202);
  }

  private List<String> alarms() {
    return histories.find("polluted").stream()
        .flatMap(history -> history.alerts().stream())
        .map(alert -> alert.raised().getAlert())
        .filter(alert -> alert.startsWith("control-topic/"))
        .toList();
  }
}
