package io.millrace.local.replay;

import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.local.replay.files.Dialect;
import io.millrace.local.replay.files.Event;
import io.millrace.local.replay.files.EventFiles;
import io.millrace.local.replay.files.EventMerge;
import io.millrace.local.replay.files.StreamFile;
import io.millrace.local.replay.files.TimeRange;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.PipelineLag;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;

/** A replay that changes what it sends and how fast, as a director says. */
public final class DirectedReplay {
  /** How many steps {@link #settle} has. */
  public static final int HOPS = Quiet.HOPS;

  private final RunningSystem system;
  private final AppliedPipeline applied;
  private final Path folder;
  private final TimeRange range;

  /**
   * @param folder holds a file for each stream
   * @param from first event time, inclusive; all when empty
   * @param to last event time, exclusive; all when empty
   */
  public DirectedReplay(
      RunningSystem system,
      AppliedPipeline applied,
      Path folder,
      Optional<Instant> from,
      Optional<Instant> to) {
    this.system = system;
    this.applied = applied;
    this.folder = folder;
    this.range = new TimeRange(from, to);
  }

  /**
   * What was sent.
   *
   * @param lastTime of the last event, microseconds since the epoch
   */
  public record End(long events, long lastTime) {}

  /**
   * Sends the events.
   *
   * @param mostLag how many records may stand before the services
   * @param opened gives the progress to show, knowing how many events there are
   */
  public End send(Director director, long mostLag, Function<Long, Progress> opened) {
    List<StreamFile> files = ReplayFolder.of(folder).files(applied.pipeline());
    try (EventFiles events =
            new EventFiles(
                files,
                applied.pipeline(),
                Dialect.DEFAULT,
                system.home().data("spill"),
                opened::apply);
        Admin admin = admin();
        Progress progress = opened.apply(events.count(range));
        EventMerge merge = events.merged(range);
        EventLog log = new EventLog(system.kafka(), topics(files))) {
      PipelineLag lag = new PipelineLag(admin, applied.pipeline());
      DirectedEvents directed = new DirectedEvents(merge, director);
      Event first =
          directed
              .next()
              .orElseThrow(() -> new CommandFailedException("there is no event in " + folder));
      Long firstTime = first.time();
      if (firstTime != null) {
        new Settled(lag).begin(log, firstTime);
      }
      LagPace follow = new LagPace(mostLag);
      try (LagWatch watch = new LagWatch(lag::ofStream, follow)) {
        Pace pace = new DirectedPace(follow, director::eventDay, System::nanoTime);
        long sent =
            new Sender(
                    files.stream().map(StreamFile::stream).toList(),
                    log,
                    system.disk(),
                    pace,
                    progress,
                    watch::text)
                .send(first, directed);
        return new End(sent, directed.lastTime());
      }
    }
  }

  /** Waits until everything that the events lead to has been done; nobody may ask any more. */
  public void settle(Progress progress) {
    try (Admin admin = admin()) {
      new Quiet(new PipelineLag(admin, applied.pipeline())).await(progress);
    }
  }

  private List<StreamTopic> topics(List<StreamFile> files) {
    PipelineSchemas schemas = PipelineSchemas.of(applied.pipeline());
    return files.stream().map(file -> new StreamTopic(applied, schemas, file.stream())).toList();
  }

  private Admin admin() {
    return system.kafka().admin();
  }
}
