package io.millrace.local.run;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.control.ControlReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** The committed events of a pipeline's runs, from now on. */
final class RunLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final String pipeline;
  private final Consumer<byte[], byte[]> consumer;
  private final ControlReader<RunStep> reader;
  private final List<RunStep> ahead = new ArrayList<>();

  RunLog(RunningSystem system, String pipeline) {
    this.pipeline = pipeline;
    this.reader = new ControlReader<>(ControlTopic.RUNS, system.schemas());
    this.consumer = system.kafka().reader(Map.of());
    String topic = ControlTopic.RUNS.name();
    List<PartitionInfo> partitions = consumer.listTopics().getOrDefault(topic, List.of());
    if (partitions.isEmpty()) {
      consumer.close();
      throw new CommandFailedException("there is no topic " + topic + " yet; is ingest up?");
    }
    List<TopicPartition> all =
        partitions.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position); // where the ends are now, not at the first poll
  }

  /**
   * The event that opens a run, which has been written since this log was opened.
   *
   * @throws CommandFailedException when it does not come in time
   */
  RunStep await(String run, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      List<RunStep> steps = poll();
      for (RunStep step : steps) {
        if (step.getRun().equals(run)) {
          ahead.addAll(steps.subList(steps.indexOf(step) + 1, steps.size()));
          return step;
        }
      }
    }
    throw new CommandFailedException("the run " + run + " was taken and is not in the log");
  }

  /** What has come since; waits a moment when there is nothing. */
  List<RunStep> poll() {
    List<RunStep> steps = new ArrayList<>(ahead);
    ahead.clear();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      reader.read(record).filter(step -> step.getPipeline().equals(pipeline)).ifPresent(steps::add);
    }
    return steps;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
