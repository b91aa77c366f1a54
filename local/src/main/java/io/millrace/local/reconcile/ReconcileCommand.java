package io.millrace.local.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.cluster.Parcel;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.PipelineLag;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import io.millrace.local.running.Timespan;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Pause;
import io.millrace.local.terminal.Progress;
import io.millrace.messaging.lag.BrokerOffsets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares everything that went into a pipeline with everything that came out. */
@Command(
    name = "reconcile",
    description = "Compare what went into a pipeline with what came out, by id.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing is lost, twice, from nowhere or damaged",
      "1:the comparison could not be made",
      "3:something is, and is listed"
    },
    footer = {
      "",
      "Waits until nothing is on its way any more, then reads every topic and every part of",
      "the pipeline, which have to be there from their beginning: each event is accepted once or",
      "in quarantine; each example has a vector, each labelled one a row in one intact part,",
      "each of those that was predicted an outcome. Which ones should have been predicted is",
      "not known here."
    })
public final class ReconcileCommand implements Callable<Integer> {
  private static final int NOT_EXACT = 3;
  private static final Duration BETWEEN_READINGS = Duration.ofMillis(500);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "NAME", description = "The pipeline.")
  private String name;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "5m",
      converter = Timespan.class,
      description = "How long to wait for what is on its way (default: 5m).")
  private Duration timeout = Duration.ofMinutes(5);

  @Override
  public Integer call() {
    if (which.isInCluster()) {
      return which.runInCluster(Parcel.EMPTY, ToolMemory.WITH_COUNTS);
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    RunningSystem system = which.system().noticing(err);
    Pipeline pipeline = AppliedPipeline.require(system, name).pipeline();
    awaitRest(system, pipeline, err);
    Map<TopicPartition, Long> ends = wholeTopics(system, pipeline);
    Reconciliation numbers;
    try (ArtifactStore artifacts = system.artifacts()) {
      numbers =
          new Reconciler(system.kafka(), pipeline, system.schemas(), artifacts)
              .reconcileWithOutcomes();
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailedException("the artifact store is away: " + e.getMessage(), e);
    }
    if (!wholeTopics(system, pipeline).equals(ends)) {
      throw new CommandFailedException(
          "events of %s came while it was compared; ask again when none do".formatted(name));
    }
    out.println(json ? asJson(numbers) : numbers.report());
    return numbers.isExact() ? 0 : NOT_EXACT;
  }

  /**
   * Where the streams of the pipeline end; the other topics get words of idleness later.
   *
   * @throws CommandFailedException when one has lost its beginning, with which the others could
   *     have been compared
   */
  private Map<TopicPartition, Long> wholeTopics(RunningSystem system, Pipeline pipeline) {
    Set<String> streams =
        pipeline.streams().values().stream().map(pipeline::topicOf).collect(Collectors.toSet());
    Set<String> topics = new HashSet<>(streams);
    Arrays.stream(DataTopic.values())
        .filter(topic -> topic != DataTopic.FEATURES) // compacted, and not compared
        .map(topic -> topic.of(pipeline.name()))
        .forEach(topics::add);
    try (Admin admin = system.kafka().admin()) {
      BrokerOffsets offsets = new BrokerOffsets(admin, PATIENCE);
      Set<TopicPartition> partitions = offsets.partitions(topics);
      offsets
          .begins(partitions)
          .forEach(
              (partition, begin) -> {
                if (begin > 0) {
                  throw new CommandFailedException(
                      "the first %,d records of %s are gone by retention, and what became of them"
                              .formatted(begin, partition)
                          + " can't be compared");
                }
              });
      partitions.removeIf(partition -> !streams.contains(partition.topic()));
      return offsets.ends(partitions, IsolationLevel.READ_UNCOMMITTED);
    }
  }

  private void awaitRest(RunningSystem system, Pipeline pipeline, PrintWriter err) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Admin admin = system.kafka().admin();
        Progress progress = Progress.on(err, "waiting", 1)) {
      PipelineLag lag = new PipelineLag(admin, pipeline);
      long restsSince = System.nanoTime();
      while (System.nanoTime() - restsSince < QUIET.toNanos()) {
        Pause.of(BETWEEN_READINGS);
        long left = lag.ofAll();
        if (left > 0) {
          restsSince = System.nanoTime();
          progress.note("lag %,d".formatted(left));
        }
        if (System.nanoTime() > deadline) {
          throw new CommandFailedException(
              "events of %s are still on their way after %d s, at a lag of %,d; %s"
                  .formatted(
                      name, timeout.toSeconds(), left, "./millrace status shows where they are"));
        }
      }
    }
  }

  /** {@code exact}, {@code counts}, {@code quarantined} and {@code findings}. */
  static String asJson(Reconciliation numbers) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(numbers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
