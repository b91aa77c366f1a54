package io.millrace.messaging.streams;

import static io.millrace.messaging.streams.TinyPipeline.BAD;
import static io.millrace.messaging.streams.TinyPipeline.header;
import static io.millrace.messaging.streams.TinyPipeline.inOrder;
import static io.millrace.messaging.streams.TinyPipeline.of;
import static io.millrace.messaging.streams.TinyPipeline.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.streams.TinyPipeline.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an application of two sub-topologies leaves of a record that it can't process. */
@ExtendWith(KafkaClusterExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class FaultBoundaryIT {
  private static final int RECORDS = 200;

  static KafkaCluster cluster;

  private final TinyPipeline tiny;

  FaultBoundaryIT(@TempDir Path state) throws Exception {
    this.tiny = new TinyPipeline(cluster.getBootstrapServers(), state);
  }

  @BeforeAll
  static void createAlerts() throws Exception {
    TinyPipeline.createAlerts(cluster.getBootstrapServers());
  }

  @ParameterizedTest
  @EnumSource
  void shouldQuarantineTheRecordThatFailsAndLeaveNoOtherTraceOfIt(Fault fault) throws Exception {
    boolean isBehind = fault.name().endsWith("REPARTITION");
    try (StreamsApplication streams = tiny.application(tiny.topology(fault))) {
      tiny.send(RECORDS, RECORDS / 2);
      List<ConsumerRecord<String, byte[]>> read =
          tiny.readUntil(
              List.of(tiny.out, tiny.quarantine),
              records ->
                  of(records, tiny.out).size() >= RECORDS - 1
                      && !of(records, tiny.quarantine).isEmpty());
      tiny.send(2, -1);
      read =
          tiny.readUntil(
              List.of(tiny.out, tiny.quarantine),
              records -> of(records, tiny.out).size() >= RECORDS + 1);

      List<ConsumerRecord<String, byte[]>> refused = of(read, tiny.quarantine);
      assertThat(refused).hasSize(1);
      assertThat(refused.getFirst().value()).isEqualTo(BAD.getBytes(UTF_8));
      assertThat(header(refused.getFirst(), "millrace_reasons")).contains("PROCESSING_FAILED");
      assertThat(header(refused.getFirst(), "millrace_source_topic"))
          .isEqualTo(isBehind ? tiny.byKey : tiny.in);
      assertThat(of(read, tiny.out)).noneMatch(record -> text(record).contains(BAD));
      inOrder(of(read, tiny.out));
      String changelog = tiny.applicationId + (isBehind ? "-seen-changelog" : "-counts-changelog");
      assertThat(tiny.readUntil(List.of(changelog), tiny::haveAll))
          .noneMatch(record -> text(record).contains(BAD));
      if (fault == Fault.WRONG_CLASS) {
        assertThat(tiny.starts).hasValue(2);
      } else {
        assertThat(tiny.threads).hasSize(1);
        assertThat(tiny.starts).hasValue(1);
      }
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldQuarantineWhatDoesNotDecodeInARepartitionTopic() throws Exception {
    try (StreamsApplication streams = tiny.application(tiny.topology(Fault.BEFORE_ALL))) {
      tiny.send(4, -1);
      tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4);
      byte[] junk = {(byte) 0xff, 1, 2};
      try (KafkaProducer<byte[], byte[]> producer = tiny.producer()) {
        producer.send(new ProducerRecord<>(tiny.byKey, 0, new byte[] {7}, junk)).get();
      }
      tiny.send(4, -1);
      List<ConsumerRecord<String, byte[]>> read =
          tiny.readUntil(
              List.of(tiny.out, tiny.quarantine),
              records ->
                  of(records, tiny.out).size() >= 8 && !of(records, tiny.quarantine).isEmpty());

      assertThat(of(read, tiny.quarantine))
          .singleElement()
          .satisfies(r -> assertThat(r.value()).isEqualTo(junk));
      assertThat(header(of(read, tiny.quarantine).getFirst(), "millrace_reasons"))
          .contains("UNDECODABLE");
      assertThat(tiny.starts).hasValue(1);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldStartAnewAfterAFailureThatIsNoRecords() throws Exception {
    AtomicInteger failures = new AtomicInteger(2);
    try (StreamsApplication streams =
        tiny.application(
            lag -> {
              Topology topology = tiny.topology(Fault.BEFORE_ALL).apply(lag);
              topology.addProcessor(
                  "clock", () -> new FailingClock(failures), topologySource(topology));
              return topology;
            })) {
      tiny.send(RECORDS, -1);
      List<ConsumerRecord<String, byte[]>> read =
          tiny.readUntil(
              List.of(tiny.out), records -> records.size() >= RECORDS && failures.get() == 0);
      tiny.send(2, -1);
      read =
          tiny.readUntil(
              List.of(tiny.out, tiny.quarantine), records -> records.size() >= RECORDS + 2);

      inOrder(of(read, tiny.out));
      assertThat(of(read, tiny.quarantine)).isEmpty();
      assertThat(tiny.starts).hasValueGreaterThan(1);
      assertThat(streams.state()).isNotEqualTo(State.FAILED);
    }
  }

  private static String topologySource(Topology topology) {
    return topology.describe().subtopologies().stream()
        .flatMap(part -> part.nodes().stream())
        .map(node -> node.name())
        .filter(name -> name.equals("source"))
        .findFirst()
        .orElseThrow();
  }

  private static final class FailingClock extends ContextualProcessor<Object, Object, Void, Void> {
    private final AtomicInteger failures;

    FailingClock(AtomicInteger failures) {
      this.failures = failures;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      super.init(context);
      context.schedule(
          Duration.ofMillis(50),
          PunctuationType.WALL_CLOCK_TIME,
          now -> {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
              throw new IllegalStateException("a clock that fails");
            }
          });
    }

    @Override
    public void process(Record<Object, Object> record) {}
  }
}
