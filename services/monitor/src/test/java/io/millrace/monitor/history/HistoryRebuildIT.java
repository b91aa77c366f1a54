package io.millrace.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.monitor.ControlBroker;
import io.millrace.monitor.ControlWriter;
import io.millrace.monitor.Story;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** The history is in the topics alone. */
@QuarkusTest
@QuarkusTestResource(ControlBroker.class)
class HistoryRebuildIT {
  @Inject KafkaClients clients;
  @Inject SchemaCache schemas;
  @Inject ArtifactStore store;
  @Inject Histories histories;
  @Inject HistoryReader reader;
  @Inject ControlAlarms alarms;

  @Test
  void shouldKnowTheSameAfterAStartFromNothing() {
    try (ControlWriter writer = new ControlWriter(clients)) {
      new Story(writer, store, "rebuilt").apply().firstChampion().decay().recovery().openRun();
    }
    reader.catchUp();
    Histories again = new Histories();
    HistoryReader fresh = new HistoryReader(clients, schemas, again, new Changes(), alarms);

    fresh.start(new StartupEvent());
    fresh.catchUp();
    fresh.stop();

    assertThat(fresh.isReady()).isTrue();
    PipelineHistory before = histories.find("rebuilt").orElseThrow();
    PipelineHistory after = again.find("rebuilt").orElseThrow();
    assertThat(after.newest()).isEqualTo(before.newest());
    assertThat(after.runs()).isEqualTo(before.runs()).hasSize(3);
    assertThat(after.models()).isEqualTo(before.models());
    assertThat(after.parts()).isEqualTo(before.parts()).isEqualTo(8);
    assertThat(after.rows()).isEqualTo(before.rows()).isEqualTo(8 * 25_564);
    assertThat(after.metrics()).isEqualTo(before.metrics()).hasSize(24);
    assertThat(after.drift()).isEqualTo(before.drift());
    assertThat(after.alerts()).isEqualTo(before.alerts()).hasSize(2);
  }
}
