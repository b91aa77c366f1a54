package io.millrace.transformer.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.LocalFile;
import io.millrace.artifacts.Verification;
import io.millrace.contracts.control.PartWritten;
import io.millrace.messaging.clients.KafkaClients;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows come a second apart; ten make a part, and a thousand seconds from the last an hour is over.
 */
@ExtendWith(KafkaClusterExtension.class)
@SuppressWarnings("NullAway.Init") // the extension sets the cluster
class CompactorIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private KafkaCluster cluster;
  private RowsFixture fixture;

  private record Often(String memory) implements CompactionSettings {
    @Override
    public boolean enabled() {
      return true;
    }

    @Override
    public Duration every() {
      return Duration.ofMillis(300);
    }

    @Override
    public Duration delay() {
      return Duration.ofMinutes(1);
    }
  }

  private static final Optional<CompactionSettings> OFTEN = Optional.of(new Often("256MB"));

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
  void shouldMakeAPartOfEachHourAndLaterOfTheDayAndKeepTheOldFiles() throws IOException {
    ArtifactStore store = store();
    fixture.sendAt(0, 400, id -> at(0, (int) id));
    try (PartWriter writer = fixture.writer(settings("one"), store, OFTEN)) {
      writer.start();
      fixture.awaitRowsInParts(400);
      fixture.send(1_000, at(2, 0), at(2, 1)); // the first hour is over
      fixture.awaitRowsInParts(401);
      awaitParts(3);
      fixture.send(1_001, at(0, 500), at(2, 2)); // late
      fixture.send(1_002, at(30, 0), at(30, 1)); // and so is the day
      fixture.awaitRowsInParts(403);
      awaitParts(3);
      await().atMost(PATIENCE).until(() -> fixture.lag() == 0);
    }

    List<PartWritten> parts = fixture.parts();
    assertThat(fixture.ids(parts, store)).containsExactlyElementsOf(ids(400, 1_000, 1_001, 1_002));
    assertThat(parts).extracting(PartWritten::getReason).contains("compacted");
    List<PartWritten> old = fixture.announced();
    assertThat(old).hasSizeGreaterThan(40);
    for (PartWritten part : old) {
      assertThat(store.verify(RowsFixture.artifact(part))).isEqualTo(new Verification.Intact());
    }
  }

  @Test
  void shouldTakeBackWhatIsOlderThanItIsKeptByTheTimeOfTheRows() throws IOException {
    ArtifactStore store = store();
    fixture.send(1, at(0, 0), at(0, 1));
    fixture.send(2, at(0, 1), at(0, 2));
    try (PartWriter writer = fixture.writer(settings("one"), store, OFTEN)) {
      writer.start();
      fixture.awaitRowsInParts(2);

      fixture.send(3, at(90 * 24, 0), at(90 * 24, 1)); // an hour more, and the first two are older
      fixture.awaitRowsInParts(3);
      fixture.send(4, at(90 * 24 + 1, 0), at(90 * 24 + 1, 1));

      await().atMost(PATIENCE).until(() -> fixture.rowsInParts() == 2);
    }
    assertThat(fixture.ids(fixture.parts(), store)).containsExactly(3L, 4L);
  }

  @Test
  void shouldNeitherLoseNorDoubleARowWhereverAWriterIsCutOff() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    ArtifactStore store = new BreaksAfterPut(store(), puts);
    fixture.sendAt(0, 40, id -> at(0, (int) id));
    PartWriter one = fixture.writer(settings("one"), store, OFTEN);
    try (PartWriter two = fixture.writer(settings("two"), store, OFTEN)) {
      one.start();
      fixture.awaitRowsInParts(40);
      two.start(); // takes a partition over
      fixture.sendAt(40, 80, id -> at(2, (int) id)); // while the first hour is merged
      one.close();
      fixture.sendAt(80, 120, id -> at(4, (int) id));
      fixture.awaitRowsInParts(120);
      assertThat(fixture.rowsInParts()).isEqualTo(120);
      fixture.sendAt(120, 140, id -> at(30, (int) id));
      fixture.awaitRowsInParts(140);
      await().atMost(PATIENCE).until(() -> fixture.parts().size() <= 8);
    } finally {
      one.close();
    }

    assertThat(fixture.ids(fixture.parts(), store)).containsExactlyElementsOf(ids(140));
    assertThat(puts).hasPositiveValue();
  }

  private void awaitParts(int most) {
    await().atMost(PATIENCE).until(() -> fixture.parts().size() <= most);
  }

  private static List<Long> ids(long upTo, long... more) {
    return LongStream.concat(LongStream.range(0, upTo), LongStream.of(more)).boxed().toList();
  }

  /** Microseconds of a day in 1971. */
  private static long at(int hours, int seconds) {
    return (Instant.parse("1971-01-01T00:00:00Z").getEpochSecond() + hours * 3_600L + seconds)
        * 1_000_000;
  }

  private ArtifactStore store() {
    return ArtifactStore.at(folder.resolve("store").toUri());
  }

  private PartSettings settings(String instance) {
    return new PartSettings(
        KafkaClients.at(cluster.getBootstrapServers()),
        instance,
        folder.resolve("spool-" + instance),
        10,
        Duration.ofMillis(300),
        Duration.ofMillis(200),
        64L << 20);
  }

  /** Stores every second merged file and then says nothing of it, as one does that is killed. */
  private record BreaksAfterPut(ArtifactStore store, AtomicInteger puts) implements ArtifactStore {
    @Override
    public Artifact put(InputStream content, String name) throws IOException {
      Artifact artifact = store.put(content, name);
      if (Thread.currentThread().getName().startsWith("compaction")
          && puts.incrementAndGet() % 2 == 1) {
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
    public void list(String from, Consumer<Stored> each) throws IOException {
      store.list(from, each);
    }

    @Override
    public List<Stored> delete(List<Stored> files, Instant before) throws IOException {
      return store.delete(files, before);
    }
  }
}
