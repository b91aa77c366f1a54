package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.local.machine.Service;
import io.millrace.local.replay.files.Dialect;
import io.millrace.local.replay.files.Event;
import io.millrace.local.replay.files.EventFiles;
import io.millrace.local.replay.files.EventMerge;
import io.millrace.local.replay.files.EventTable;
import io.millrace.local.replay.files.StreamFile;
import io.millrace.local.replay.files.TimeRange;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.Counts;
import io.millrace.local.running.PipelineLag;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Pause;
import io.millrace.local.terminal.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;

/**
 * One replay.
 *
 * @param dialect of CSV files
 * @param maxLag the most records that the system may have before it, at full speed
 * @param untilSettled whether to return only when the system has followed
 */
record ReplayRun(
    RunningSystem system,
    AppliedPipeline applied,
    List<StreamFile> files,
    Dialect dialect,
    TimeRange range,
    Speed speed,
    long maxLag,
    boolean untilSettled,
    PrintWriter out) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(500);

  Summary run() {
    try (EventFiles events =
            new EventFiles(
                files,
                applied.pipeline(),
                dialect,
                system.home().data("spill"),
                kib -> Progress.on(out, "Reading", kib));
        Admin admin = admin()) {
      sayWhatIsLeftOut(events.tables());
      long total = events.count(range);
      PipelineLag lag = new PipelineLag(admin, applied.pipeline());
      try (Progress progress = Progress.on(out, "Replaying", total);
          EventMerge merge = events.merged(range);
          EventLog log = new EventLog(system.kafka(), topics())) {
        Optional<Event> first = merge.next();
        if (first.isEmpty()) {
          throw new CommandFailedException(
              events.tables().stream().allMatch(table -> table.rows() == 0)
                  ? "the files hold no events"
                  : "there is no event in that range of time");
        }
        Summary summary = run(first.get(), merge, log, lag, progress);
        if (summary.events() != total) {
          throw new CommandFailedException(
              "the files hold %,d events of that time, but %,d were sent"
                  .formatted(total, summary.events()));
        }
        return summary;
      }
    }
  }

  private Summary run(
      Event first, EventMerge merge, EventLog log, PipelineLag lag, Progress progress) {
    Long firstTime = first.time();
    if (firstTime != null) {
      new Settled(lag).begin(log, firstTime);
    }
    Optional<Counted> before = untilSettled ? counted(progress) : Optional.empty();
    long vectorsBefore = lag.committedVectors();
    long begin = System.nanoTime();
    long sent = send(first, merge, log, lag, progress);
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (!untilSettled) {
      return new Summary(
          sent, seconds, log.firstAppendMillis(), OptionalLong.empty(), Optional.empty());
    }
    OptionalLong lastVector = new Settled(lag).await(vectorsBefore, progress);
    return new Summary(
        sent,
        seconds,
        log.firstAppendMillis(),
        lastVector,
        before.flatMap(known -> counted(progress).map(now -> now.since(known))));
  }

  /** So far; empty, and said, when a service does not tell for a while. */
  private Optional<Counted> counted(Progress progress) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        String name = applied.pipeline().name();
        return Optional.of(
            Counted.of(
                Counts.of(system, Service.VALIDATOR, name),
                Counts.of(system, Service.TRANSFORMER, name)));
      } catch (CommandFailedException e) {
        if (System.nanoTime() > deadline) {
          progress.line(
              "how many events are quarantined or too late is not known: " + e.getMessage());
          return Optional.empty();
        }
        Pause.of(BETWEEN_QUESTIONS);
      }
    }
  }

  private long send(
      Event first, EventMerge merge, EventLog log, PipelineLag lag, Progress progress) {
    return switch (speed) {
      case Speed.Max max -> {
        LagPace pace = new LagPace(maxLag);
        try (LagWatch watch = new LagWatch(() -> lag.ofValidator() + lag.ofTransformer(), pace)) {
          yield new Sender(streams(), log, system.disk(), pace, progress, watch::text)
              .send(first, merge);
        }
      }
      case Speed.Times times -> {
        Long time = first.time();
        Pace pace = new EventTimePace(times, time == null ? 0 : time, System::nanoTime);
        yield new Sender(streams(), log, system.disk(), pace, progress, () -> times.factor() + "x")
            .send(first, merge);
      }
    };
  }

  private List<Stream> streams() {
    return files.stream().map(StreamFile::stream).toList();
  }

  private List<StreamTopic> topics() {
    PipelineSchemas schemas = PipelineSchemas.of(applied.pipeline());
    return files.stream().map(file -> new StreamTopic(applied, schemas, file.stream())).toList();
  }

  private Admin admin() {
    return system.kafka().admin();
  }

  private void sayWhatIsLeftOut(List<EventTable> tables) {
    for (EventTable table : tables) {
      table.remarks().forEach(out::println);
    }
    out.flush();
  }
}
