package io.millrace.testkit.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.local.reconcile.Finding;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.messaging.clients.KafkaClients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(KafkaClusterExtension.class)
@SuppressWarnings("NullAway.Init") // the extension sets the cluster
class ReconcilerIT {
  @TempDir Path folder;
  private KafkaCluster cluster;
  private TinyLog log;

  @BeforeEach
  void open() {
    log = new TinyLog(cluster.getBootstrapServers(), folder);
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void shouldAddUpOverTopicsAndParts() throws IOException {
    completeRun(100);

    Reconciliation result = log.reconciler().reconcile();

    assertThat(result.findings()).isEmpty();
    assertThat(result.counts())
        .isEqualTo(
            Map.of(
                "records.asked", 102L,
                "records.told", 100L,
                "examples", 100L,
                "labels", 100L,
                "quarantined", 1L,
                "duplicates", 1L,
                "vectors", 100L,
                "rows.expected", 100L,
                "rows", 100L,
                "rows.parts", 100L));
    assertThat(result.quarantined()).isEqualTo(Map.of("UNDECODABLE", 1L));
  }

  @Test
  void shouldFindWhatWasLostOrWrittenTwice() throws IOException {
    completeRun(100);
    log.send(log.told(100), null);
    log.send(DataTopic.VECTORS.of("tiny"), "7", new byte[0]);
    log.part(1, List.of(8L));
    log.damage(log.part(2, List.of(9L)));

    Reconciliation result = log.reconciler().reconcile();

    assertThat(result.findings())
        .containsExactlyInAnyOrder(
            new Finding(Finding.Kind.LOST, "told", "100", 0),
            new Finding(Finding.Kind.TWICE, "vectors", "7", 2),
            new Finding(Finding.Kind.TWICE, "parts", "8", 2),
            new Finding(Finding.Kind.DAMAGED, "parts", "part-2", 1));
    assertThat(result.lost()).isEqualTo(1);
    assertThat(result.twice()).isEqualTo(2);
    assertThat(result.report()).contains("Finding[kind=LOST, where=told, id=100, times=0]");
  }

  @Test
  void shouldReadOnlyWhatIsCommittedAndNoWatermark() throws IOException {
    completeRun(10);
    log.abort(DataTopic.VECTORS.of("tiny"), "3");
    log.send(DataTopic.VECTORS.of("tiny"), Map.of(MillraceHeaders.WATERMARK, "17"));

    List<String> keys = new ArrayList<>();
    long count =
        TopicDump.read(
            KafkaClients.at(cluster.getBootstrapServers()),
            DataTopic.VECTORS.of("tiny"),
            record -> keys.add(new String(record.key(), UTF_8)));

    assertThat(count).isEqualTo(10);
    assertThat(keys).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(
            TopicDump.read(
                KafkaClients.at(cluster.getBootstrapServers()), "no-such-topic", record -> {}))
        .isZero();
  }

  /** Everything adds up; the first example is sent again, and one record is garbage. */
  private void completeRun(int events) throws IOException {
    List<Long> ids = new ArrayList<>();
    for (long id = 0; id < events; id++) {
      log.send(log.asked(id), null);
      log.send(log.told(id), null);
      log.send(log.asked(id), DataTopic.EXAMPLES);
      log.send(log.told(id), DataTopic.LABELS);
      log.send(DataTopic.VECTORS.of("tiny"), Long.toString(id), new byte[0]);
      log.send(DataTopic.ROWS.of("tiny"), Long.toString(id), new byte[0]);
      ids.add(id);
    }
    log.send(log.asked(0), null);
    log.quarantineGarbage();
    log.part(0, ids);
  }
}
