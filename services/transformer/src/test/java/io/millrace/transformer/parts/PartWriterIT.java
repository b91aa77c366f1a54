package io.millrace.transformer.parts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.LocalFile;
import io.millrace.artifacts.Verification;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.time.TimeBounds;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fuzz.Junk;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.topics.TopicAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(KafkaClusterExtension.class)
@SuppressWarnings("NullAway.Init") // the extension sets the cluster
class PartWriterIT {
  @TempDir Path folder;

  @BrokerConfig(
      name = "authorizer.class.name",
      value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
  @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
  private KafkaCluster cluster;

  private RowsFixture fixture;

  @BeforeEach
  void createTopics() {
    fixture = new RowsFixture(cluster.getBootstrapServers());
    fixture.createTopics();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldPutEveryCommittedRowIntoOnePart() throws IOException {
    fixture.sendCommitted(0, 100);
    fixture.sendAborted(5_000, 5_030);
    fixture.sendCommitted(100, 200);
    ArtifactStore store = store();
    try (PartWriter writer = fixture.writer(settings("one"), store)) {
      writer.start();

      List<PartWritten> parts = fixture.awaitRows(200);

      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(200));
      assertThat(parts).allSatisfy(part -> assertThat(part.getRows()).isLessThanOrEqualTo(30));
      for (PartWritten part : parts) {
        Artifact artifact = RowsFixture.artifact(part);
        assertThat(store.verify(artifact)).isEqualTo(new Verification.Intact());
        assertThat(part.getPart())
            .startsWith(
                "%d-%d-%d-"
                    .formatted(part.getPartition(), part.getFirstOffset(), part.getLastOffset()));
      }
      await().atMost(Duration.ofMinutes(2)).until(() -> fixture.lag() == 0);
      assertThat(writer.state()).isEqualTo(State.RUNNING);
    }
  }

  /** As they come while the pipeline's file changes: a row may wait for its label for days. */
  @Test
  void shouldKeepTheRowsOfVersionsApart() throws IOException {
    fixture.others.put(2, fixture.pipeline);
    for (int id = 0; id < 40; id++) {
      fixture.send(id, 1 + id % 2);
    }
    ArtifactStore store = store();
    try (PartWriter writer = fixture.writer(settings("one"), store)) {
      writer.start();

      List<PartWritten> parts = fixture.awaitRows(40);

      assertThat(parts).extracting(PartWritten::getPipelineVersion).contains(1, 2);
      for (PartWritten part : parts) {
        assertThat(fixture.ids(List.of(part), store))
            .hasSize((int) part.getRows())
            .allMatch(id -> 1 + id % 2 == part.getPipelineVersion());
      }
      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(40));
    }
  }

  @Test
  void shouldTellWhenTheRowsThatAreThereAreInParts() throws InterruptedException {
    fixture.sendCommitted(0, 100);
    try (PartWriter writer = fixture.writer(settings("one"), store())) {
      rowsInParts(Duration.ofMillis(300)).await("tiny");
      assertThat(fixture.lag()).as("nobody writes them yet").isPositive();
      writer.start();

      rowsInParts(Duration.ofMinutes(2)).await("tiny");

      assertThat(fixture.lag()).isZero();
      rowsInParts(Duration.ofMinutes(2)).await("nobody");
    }
  }

  @Test
  void shouldNeitherLoseNorRepeatRowsWhenInstancesComeAndGo() throws IOException {
    ArtifactStore store = store();
    PartWriter first = fixture.writer(settings("one"), store);
    try (PartWriter second = fixture.writer(settings("two"), store)) {
      first.start();
      fixture.sendCommitted(0, 200);
      fixture.awaitRows(30);
      second.start();
      fixture.sendCommitted(200, 400);
      first.close();
      fixture.sendCommitted(400, 600);

      List<PartWritten> parts = fixture.awaitRows(600);

      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(600));
    }
  }

  @Test
  void shouldAnnounceOnceWhenTheStoreBreaksBehindTheFile() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    ArtifactStore store = new BreaksAfterPut(store(), puts);
    fixture.sendCommitted(0, 60);
    try (PartWriter writer = fixture.writer(settings("one"), store)) {
      writer.start();

      List<PartWritten> parts = fixture.awaitRows(60);

      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(60));
      assertThat(puts.get()).isGreaterThan(parts.size());
    }
  }

  @Test
  void shouldSayThatItFailsAndGoOnOnceItDoesNot() throws IOException {
    AtomicBoolean broken = new AtomicBoolean(true);
    AtomicInteger puts = new AtomicInteger();
    ArtifactStore store = new Breakable(store(), broken, puts);
    fixture.sendCommitted(0, 60);
    try (PartWriter writer = fixture.writer(settings("one"), store)) {
      writer.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> fixture.alerts.failure().isPresent());
      assertThat(writer.state()).isEqualTo(State.FAILED);
      assertThat(writer.failure()).isEqualTo(fixture.alerts.failure());
      PipelineFailure failure = writer.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.APPLICATION_FAILED);
      assertThat(failure.message()).contains("a bug");
      assertThat(failure.place())
          .hasValueSatisfying(
              place -> {
                assertThat(place.topic()).isEqualTo("millrace.tiny.rows");
                assertThat(place.offset()).isZero();
              });
      assertThat(puts.get()).isGreaterThanOrEqualTo(ConsumerLoop.MOST_FAILURES);

      broken.set(false);

      List<PartWritten> parts = fixture.awaitRows(60);
      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(60));
      await().atMost(Duration.ofMinutes(2)).until(() -> writer.state() == State.RUNNING);
      await().atMost(Duration.ofMinutes(2)).until(fixture.alerts::areOver);
      assertThat(writer.failure()).isEmpty();
    }
  }

  @Test
  void shouldPassOverWhatIsNoRow() throws Exception {
    ArtifactStore store = store();
    Junk.values(RowsFixture.ROW_ID).forEach(fixture::sendRaw);
    fixture.sendCommitted(0, 5);
    fixture.sendRaw("not avro".getBytes(UTF_8));
    fixture.sendCommitted(5, 10);
    try (PartWriter writer = fixture.writer(settings("one"), store)) {
      writer.start();

      List<PartWritten> parts = fixture.awaitRows(10);

      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(10));
      assertThat(writer.state()).isEqualTo(State.RUNNING);
    }
  }

  /** DuckDB has no TIMESTAMP for the greatest and the least of 64 bits. */
  @Test
  void shouldPassOverRowsWithTimesThatNoFileHolds() throws Exception {
    ArtifactStore store = store();
    fixture.sendCommitted(0, 5);
    fixture.send(5, TimeBounds.EARLIEST, TimeBounds.LATEST);
    long id = 100;
    for (long time :
        new long[] {
          Long.MIN_VALUE,
          Long.MIN_VALUE + 1,
          TimeBounds.EARLIEST - 1,
          TimeBounds.LATEST + 1,
          Long.MAX_VALUE
        }) {
      fixture.send(id++, time, 0);
      fixture.send(id++, 0, time);
    }
    fixture.sendCommitted(6, 10);
    try (PartWriter writer = fixture.writer(settings("one"), store)) {
      writer.start();

      List<PartWritten> parts = fixture.awaitRows(10);

      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(10));
      assertThat(parts)
          .extracting(PartWritten::getMinTime)
          .contains(CloudEvents.instant(TimeBounds.EARLIEST));
      assertThat(writer.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldSayThatItsTopicIsRefusedAndGoOnByItself() throws Exception {
    ArtifactStore store = store();
    try (PartWriter writer = fixture.writer(settings("one"), store);
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.getBootstrapServers()))) {
      writer.start();
      fixture.sendCommitted(0, 30);
      fixture.awaitRows(30);
      TopicAccess.deny(admin, ControlTopic.DATASETS.name());
      fixture.sendCommitted(30, 60);

      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  writer
                      .failure()
                      .map(PipelineFailure::code)
                      .equals(Optional.of(ErrorCode.KAFKA_REFUSED)));
      assertThat(writer.state()).isEqualTo(State.STARTING);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  fixture
                      .alerts
                      .failure()
                      .map(PipelineFailure::code)
                      .equals(Optional.of(ErrorCode.KAFKA_REFUSED)));

      TopicAccess.allow(admin, ControlTopic.DATASETS.name());
      assertThat(fixture.ids(fixture.awaitRows(60), store)).containsExactlyElementsOf(idsUpTo(60));
      await().atMost(Duration.ofMinutes(2)).until(() -> writer.state() == State.RUNNING);
      assertThat(writer.failure()).isEmpty();
      await().atMost(Duration.ofMinutes(2)).until(fixture.alerts::areOver);
    }
  }

  @Test
  void shouldCutOpenPartsWhenSomebodyWaitsForTheirRows() throws Exception {
    ArtifactStore store = store();
    try (PartWriter writer = fixture.writer(slow(), store)) {
      writer.start();
      fixture.sendCommitted(0, 100);

      rowsInParts(Duration.ofMinutes(2)).await("tiny");

      assertThat(fixture.lag()).isZero();
      List<PartWritten> parts = fixture.awaitRows(100);
      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(100));
    }
  }

  @Test
  void shouldStopAZombieWhenItsInstanceRunsElsewhere() throws IOException {
    ArtifactStore store = store();
    try (PartWriter zombie = fixture.writer(settings("one"), store);
        PartWriter successor = fixture.writer(settings("one"), store)) {
      zombie.start();
      fixture.sendCommitted(0, 100);
      fixture.awaitRows(30);
      successor.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> zombie.state() == State.FAILED);
      fixture.sendCommitted(100, 200);

      List<PartWritten> parts = fixture.awaitRows(200);

      assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(idsUpTo(200));
      assertThat(successor.state()).isEqualTo(State.RUNNING);
    }
  }

  private ArtifactStore store() {
    return ArtifactStore.at(folder.resolve("artifacts").toUri());
  }

  private PartSettings settings(String instance) {
    return new PartSettings(
        KafkaClients.at(cluster.getBootstrapServers()),
        instance,
        folder.resolve("spool"),
        30,
        Duration.ofSeconds(2),
        Duration.ofMillis(500),
        64 << 20);
  }

  /** Cuts nothing by itself. */
  private PartSettings slow() {
    return new PartSettings(
        KafkaClients.at(cluster.getBootstrapServers()),
        "one",
        folder.resolve("spool"),
        10_000,
        Duration.ofHours(1),
        Duration.ofHours(1),
        64 << 20);
  }

  private RowsInParts rowsInParts(Duration patience) {
    return new RowsInParts(KafkaClients.at(cluster.getBootstrapServers()), fixture.cuts, patience);
  }

  private static List<Long> idsUpTo(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  /** Stores every third file and then says that it could not. */
  private record BreaksAfterPut(ArtifactStore store, AtomicInteger puts) implements ArtifactStore {
    @Override
    public Artifact put(InputStream content, String name) throws IOException {
      Artifact artifact = store.put(content, name);
      if (puts.incrementAndGet() % 3 == 1) {
        throw new IOException("the disk went away");
      }
      return artifact;
    }

    @Override
    public Verification verify(Artifact artifact) throws IOException {
      return store.verify(artifact);
    }

    @Override
    public LocalFile fetch(Artifact artifact) throws IOException {
      return store.fetch(artifact);
    }

    @Override
    public void renew(Artifact artifact) throws IOException {
      store.renew(artifact);
    }

    @Override
    public void list(String folder, Consumer<Stored> each) throws IOException {
      store.list(folder, each);
    }

    @Override
    public List<Stored> delete(List<Stored> files, Instant before) throws IOException {
      return store.delete(files, before);
    }
  }

  /** Meets a bug for as long as it is broken. */
  private record Breakable(ArtifactStore store, AtomicBoolean broken, AtomicInteger puts)
      implements ArtifactStore {
    @Override
    public Artifact put(InputStream content, String name) throws IOException {
      puts.incrementAndGet();
      if (broken.get()) {
        throw new IllegalStateException("a bug");
      }
      return store.put(content, name);
    }

    @Override
    public Verification verify(Artifact artifact) throws IOException {
      return store.verify(artifact);
    }

    @Override
    public LocalFile fetch(Artifact artifact) throws IOException {
      return store.fetch(artifact);
    }

    @Override
    public void renew(Artifact artifact) throws IOException {
      store.renew(artifact);
    }

    @Override
    public void list(String folder, Consumer<Stored> each) throws IOException {
      store.list(folder, each);
    }

    @Override
    public List<Stored> delete(List<Stored> files, Instant before) throws IOException {
      return store.delete(files, before);
    }
  }
}
