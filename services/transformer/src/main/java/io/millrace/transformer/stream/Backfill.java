package io.millrace.transformer.stream;

import io.millrace.messaging.failures.Background;
import io.millrace.transformer.stream.EventJoinProcessor.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the series that a new version asks for what came before it, from what is still kept of
 * examples and labels: exactly the pairs of which both had been read before, since all later ones
 * are sent with the new series anyway. A thread of its own reads and joins; the task sends a chunk
 * at a time and notes in the same transaction how far it has come, so that one that is killed goes
 * on from there.
 */
final class Backfill implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);
  private static final String JOB = "fill/";
  private static final int CHUNK = 2_000;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final long UNKNOWN = -1;

  /** Series to be filled, and how far that is. */
  private record Job(int version, long[] series, long[] ends, long[] done) {
    static Job of(int version, Set<Long> series) {
      long[] ids = series.stream().mapToLong(Long::longValue).toArray();
      return new Job(version, ids, new long[] {UNKNOWN, UNKNOWN}, new long[2]);
    }

    String key() {
      return JOB + "%010d".formatted(version);
    }

    boolean isBounded() {
      return ends[0] != UNKNOWN && ends[1] != UNKNOWN;
    }

    History.Place end() {
      return new History.Place(ends[0], ends[1]);
    }

    byte[] toBytes() {
      ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + (4 + series.length) * Long.BYTES);
      out.putInt(version).putLong(ends[0]).putLong(ends[1]).putLong(done[0]).putLong(done[1]);
      Arrays.stream(series).forEach(out::putLong);
      return out.array();
    }

    static Job fromBytes(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int version = in.getInt();
      long[] ends = {in.getLong(), in.getLong()};
      long[] done = {in.getLong(), in.getLong()};
      long[] series = new long[in.remaining() / Long.BYTES];
      for (int i = 0; i < series.length; i++) {
        series[i] = in.getLong();
      }
      return new Job(version, series, ends, done);
    }
  }

  private final JoinPlan plan;
  private final KeyValueStore<String, byte[]> store;
  private final History history;
  private final int partition;
  private final Path folder;
  private final Joiner.Sink sink;
  private final ArrivedTimes examples;
  private final ArrivedTimes labels;
  private final List<Job> jobs = new ArrayList<>();
  private final BlockingQueue<PastPairs.Found> found = new ArrayBlockingQueue<>(2 * CHUNK);
  private final Background reader = new Background("back-fill");
  private volatile History.@Nullable Place committed;
  private volatile boolean hasFailed;
  private boolean isReading;
  private boolean isAsking;

  /**
   * @param store in which is noted how far it has come
   * @param folder for what waits for its other half
   */
  Backfill(
      JoinPlan plan,
      KeyValueStore<String, byte[]> store,
      History history,
      int partition,
      Path folder,
      ArrivedTimes examples,
      ArrivedTimes labels,
      Joiner.Sink sink) {
    this.plan = plan;
    this.store = store;
    this.history = history;
    this.partition = partition;
    this.folder = folder;
    this.examples = examples;
    this.labels = labels;
    this.sink = sink;
    try (KeyValueIterator<String, byte[]> all = store.range(JOB, JOB + "~")) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        jobs.add(Job.fromBytes(entry.value));
      }
    }
  }

  /**
   * How many records of examples and labels are still to be read; as long as nobody knows how many
   * it says -1.
   *
   * @param tasks what the local tasks keep beside what waits for its other half
   */
  static Optional<Long> left(KeyValueIterator<String, byte[]> tasks) {
    boolean any = false;
    boolean unknown = false;
    long left = 0;
    try (tasks) {
      while (tasks.hasNext()) {
        KeyValue<String, byte[]> entry = tasks.next();
        if (entry.key.startsWith(JOB)) {
          Job job = Job.fromBytes(entry.value);
          any = true;
          unknown |= !job.isBounded();
          left += job.ends[0] + job.ends[1] - job.done[0] - job.done[1];
        }
      }
    }
    return any ? Optional.of(unknown ? UNKNOWN : left) : Optional.empty();
  }

  /** Series are to be filled, as this version has told that it lacks them. */
  void begin(Set<Long> series) {
    if (!series.isEmpty()) {
      Job job = Job.of(plan.version(), series);
      jobs.add(job);
      store.put(job.key(), job.toBytes());
    }
  }

  /** A record is read: what comes from here on is sent with the new series. */
  void at(Source source, long offset) {
    for (Job job : jobs) {
      if (job.ends[source.ordinal()] == UNKNOWN) {
        job.ends[source.ordinal()] = offset;
        store.put(job.key(), job.toBytes());
      }
    }
  }

  /**
   * Sends some more.
   *
   * @return by series the time up to which labels are missing still, when those of a job are sent
   */
  Optional<Map<Long, Long>> sendSome() {
    if (jobs.isEmpty()) {
      return Optional.empty();
    }
    Job job = jobs.getFirst();
    if (!job.isBounded()) {
      bound(job);
      return Optional.empty();
    }
    if (!isReading) {
      isReading = true;
      read(job, Duration.ZERO);
    } else if (hasFailed && found.isEmpty()) {
      hasFailed = false; // what was found before has been sent, and is not found again
      read(job, PAUSE);
    }
    return send(job);
  }

  private void read(Job job, Duration pause) {
    History.Place done = new History.Place(job.done[0], job.done[1]);
    reader.after(pause, () -> read(job, done));
  }

  /** Nothing has come since of a topic of which nothing is known: the group is where it was. */
  private void bound(Job job) {
    History.Place known = committed;
    if (known == null) {
      if (!isAsking) {
        isAsking = true;
        reader.execute(this::ask);
      }
      return;
    }
    at(Source.EXAMPLES, known.examples());
    at(Source.LABELS, known.labels());
    LOG.info(
        "pipeline={} task={} fills {} series of version {} from what is kept",
        plan.name(),
        partition,
        job.series.length,
        job.version);
  }

  private void ask() {
    try {
      committed = history.committed(partition);
    } catch (RuntimeException e) {
      LOG.warn("pipeline={} task={} back-fill waits: {}", plan.name(), partition, e.toString());
      reader.after(PAUSE, this::ask);
    }
  }

  private Optional<Map<Long, Long>> send(Job job) {
    boolean any = false;
    Map<Long, Long> lacking = null;
    for (int i = 0; i < CHUNK && lacking == null; i++) {
      PastPairs.Found next = found.poll();
      if (next == null) {
        break;
      }
      any = true;
      switch (next) {
        case PastPairs.Found.Pair pair -> {
          pair.updates().forEach((key, update) -> send(key, update));
          job.done[pair.source().ordinal()] = pair.offset() + 1;
        }
        case PastPairs.Found.End end -> lacking = end.lackingTo();
      }
    }
    if (lacking != null) {
      jobs.removeFirst();
      store.delete(job.key());
      isReading = false;
      LOG.info("pipeline={} task={} has filled version {}", plan.name(), partition, job.version);
      return Optional.of(lacking);
    }
    if (any) {
      store.put(job.key(), job.toBytes());
    }
    return Optional.empty();
  }

  private void send(String key, EntityMessage.Update update) {
    sink.send(key, new Output.ToEntity(update.toBytes()), update.time());
  }

  private void read(Job job, History.Place done) {
    try (PastPairs pairs =
        new PastPairs(plan, job.series, done, folder, examples, labels, found::put)) {
      history.read(partition, job.end(), pairs);
      pairs.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | IOException e) {
      if (!reader.hasEnded()) {
        LOG.warn(
            "pipeline={} task={} reads for its back-fill once more", plan.name(), partition, e);
        hasFailed = true;
      }
    }
  }

  @Override
  public void close() {
    boolean unused = reader.close(Duration.ofSeconds(5));
  }
}
