package io.millrace.ingest.removal;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.ingest.pipelines.PipelineVersions;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.settings.MillraceSettings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the removals that were asked for, of every instance of ingest, until they are done: what
 * fails is tried again. What is to be done stands in {@code millrace.pipelines}, so that a kill
 * ends none.
 *
 * <p>Of one pipeline there is one chain of looks and attempts in a process. One that another
 * instance has shut out leaves the work to it, until nothing was heard of it for a while.
 */
@ApplicationScoped
public class Removals {
  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  /** Longer than a step of a removal takes, each of which begins with a word. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  /** By how much instances differ in that, so that not all take over at once. */
  private static final int APART_MS = 10_000;

  /** When it is looked whether a service that was slow has said something behind the end. */
  private static final List<Duration> AFTERWARDS =
      List.of(Duration.ofMinutes(1), Duration.ofMinutes(10));

  /** How far one is. */
  sealed interface State {
    /** The services have not let go of the pipeline yet. */
    record Waiting(SortedMap<String, Set<String>> members) implements State {}

    record Removing(String step) implements State {}

    /** Another instance does it. */
    record Elsewhere() implements State {}

    record Failing(ErrorCode code, String message) implements State {}

    record Done(Removed removed) implements State {}
  }

  /**
   * What this instance knows of a removal.
   *
   * @param version that of the removal
   * @param at when that was so
   */
  record Known(int version, Instant at, State state) {}

  private final KafkaClients kafka;
  private final PipelineVersions versions;
  private final SchemaRegistry registry;
  private final Clock clock;
  private final Duration quiet;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** When something was last said of a pipeline's removal, by whomever. */
  private final Map<String, Instant> heard = new ConcurrentHashMap<>();

  /** The pipelines that are being seen to. */
  private final Set<String> chains = ConcurrentHashMap.newKeySet();

  private final Background background = new Background("removals");

  @Inject
  public Removals(
      KafkaClients kafka,
      PipelineVersions versions,
      SchemaRegistry registry,
      MillraceSettings settings,
      Clock clock) {
    this(
        kafka,
        versions,
        registry,
        QUIET.plusMillis(Math.floorMod(settings.instance().hashCode(), APART_MS)),
        clock);
  }

  /**
   * @param quiet after how long a silence it takes over from another instance
   */
  Removals(
      KafkaClients kafka,
      PipelineVersions versions,
      SchemaRegistry registry,
      Duration quiet,
      Clock clock) {
    this.kafka = kafka;
    this.versions = versions;
    this.registry = registry;
    this.quiet = quiet;
    this.clock = clock;
  }

  /**
   * Sees to a pipeline that was deleted: removes it, if that was asked for. Returns at once; told
   * with each word on it, those of a removal at work included.
   */
  public void seeTo(String pipeline) {
    heard.put(pipeline, clock.instant());
    begin(pipeline);
  }

  /** What is known here of the last one. */
  Optional<Known> known(String pipeline) {
    return Optional.ofNullable(known.get(pipeline));
  }

  private void begin(String pipeline) {
    if (chains.add(pipeline)) {
      background.after(Duration.ZERO, () -> look(pipeline, 0, false));
    }
  }

  /**
   * @param isShutOut whether another instance has shut this one out
   */
  private void look(String pipeline, int failures, boolean isShutOut) {
    Instant before = heard.getOrDefault(pipeline, Instant.EPOCH);
    try {
      Optional<Remover> remover = Remover.of(kafka, versions, registry, pipeline);
      if (remover.isEmpty()) {
        end(pipeline, before);
      } else if (isShutOut && clock.instant().isBefore(before.plus(quiet))) {
        known.put(pipeline, new Known(remover.get().version(), before, new State.Elsewhere()));
        background.after(BETWEEN_LOOKS, () -> look(pipeline, failures, true));
      } else {
        attempt(pipeline, failures, remover.get());
      }
    } catch (RuntimeException | Error e) {
      tryAgain(pipeline, known(pipeline).map(Known::version).orElse(0), failures, e);
    }
  }

  /** Whoever is told something meanwhile finds the chain there, or its end begins a new one. */
  private void end(String pipeline, Instant before) {
    chains.remove(pipeline);
    if (!before.equals(heard.get(pipeline))) {
      begin(pipeline);
    }
  }

  private void attempt(String pipeline, int failures, Remover remover) {
    try {
      SortedMap<String, Set<String>> members = remover.awaited();
      if (members.isEmpty()) {
        Removed removed = remover.remove(step -> note(pipeline, remover, new State.Removing(step)));
        note(pipeline, remover, new State.Done(removed));
        AFTERWARDS.forEach(pause -> background.after(pause, () -> lookAfter(remover)));
        background.after(Duration.ZERO, () -> look(pipeline, 0, false));
      } else {
        note(pipeline, remover, new State.Waiting(members));
        background.after(BETWEEN_LOOKS, () -> look(pipeline, failures, false));
      }
    } catch (RuntimeException | Error e) {
      if (isFenced(e)) {
        LOG.info("pipeline={} another instance removes it, or has", pipeline);
        heard.put(pipeline, clock.instant());
        note(pipeline, remover, new State.Elsewhere());
        background.after(BETWEEN_LOOKS, () -> look(pipeline, failures, true));
      } else {
        tryAgain(pipeline, remover.version(), failures, e);
      }
    }
  }

  private void tryAgain(String pipeline, int version, int failures, Throwable e) {
    Failure failure = Failure.of(e);
    Duration pause = Backoff.UP_TO_TEN_SECONDS.after(failures + 1);
    known.put(
        pipeline,
        new Known(version, clock.instant(), new State.Failing(failure.code(), failure.message())));
    LOG.warn(
        "pipeline={} code={} is not removed yet, trying again in {} s",
        pipeline,
        failure.code(),
        pause.toSeconds(),
        e);
    background.after(pause, () -> look(pipeline, failures + 1, false));
  }

  /** What fails is left to the next time, or to the next removal. */
  private static void lookAfter(Remover remover) {
    int late = remover.takeBackLateFacts();
    if (late > 0) {
      LOG.warn(
          "pipeline={} {} facts of its earlier life came late, and are taken back",
          remover.pipeline(),
          late);
    }
  }

  private void note(String pipeline, Remover remover, State state) {
    known.put(pipeline, new Known(remover.version(), clock.instant(), state));
  }

  private static boolean isFenced(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  @PreDestroy
  void stop() {
    boolean unused = background.close(Duration.ofSeconds(5));
  }
}
