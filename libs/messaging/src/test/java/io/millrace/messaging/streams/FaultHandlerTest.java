package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.registry.RegistryRefusedException;
import io.millrace.messaging.registry.RegistryUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler.DeserializationHandlerResponse;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler.ProcessingHandlerResponse;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.ProductionExceptionHandlerResponse;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.errors.internals.DefaultErrorHandlerContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is to blame, as told by the exception and the thread. */
class FaultHandlerTest {
  private static final String THREAD = "app-StreamThread-1";
  private static final ProducerRecord<byte[], byte[]> RECORD =
      new ProducerRecord<>("out", new byte[0]);

  private final FaultBoundary boundary =
      new FaultBoundary("app", new RefusedRecords("tiny"), failure -> {});
  private final LagAwareClientSupplier clients =
      new LagAwareClientSupplier(boundary, Map.of(), error -> {});
  private final FaultHandler handler = new FaultHandler();
  private final Producer<byte[], byte[]> producer =
      clients.getProducer(
          Map.of(
              "client.id", THREAD + "-producer",
              "bootstrap.servers", "localhost:1",
              "transactional.id", "t"));

  @BeforeEach
  void configure() {
    handler.configure(Map.of(FaultBoundary.CONFIG, clients));
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void shouldGiveUpForARecordThatFails() throws Exception {
    assertThat(process("in", new IllegalStateException("bug")))
        .isEqualTo(ProcessingHandlerResponse.CONTINUE);

    assertThat(boundary.isSuspecting()).isTrue();
    assertThatThrownBy(() -> producer.send(RECORD, null))
        .hasCauseInstanceOf(ProducerFencedException.class);
  }

  @Test
  void shouldBlameNoRecordForWhatIsNotItsFault() throws Exception {
    for (Exception fault :
        new Exception[] {
          new RegistryUnavailableException("away"),
          new RegistryRefusedException("401"),
          new StreamsException("closed", new TimeoutException("late")),
          new OutdatedTopologyException("more partitions"),
          new InvalidTopicException("no topic")
        }) {
      assertThat(process("in", fault)).as("%s", fault).isEqualTo(ProcessingHandlerResponse.FAIL);
    }
    assertThat(process(null, new IllegalStateException("a clock")))
        .isEqualTo(ProcessingHandlerResponse.FAIL);
    assertThat(boundary.isSuspecting()).isFalse();
  }

  /** Until its refusal is committed: only then its processor has it no more. */
  @Test
  void shouldRefuseAKeptRecordThatHasFailedInAPunctuation() throws Exception {
    Place place = new Place("in", 1, 3);
    List<PipelineFailure> refused = new ArrayList<>();
    Callable<Boolean> tick =
        () ->
            KeptRecords.of(clients)
                .process(
                    place,
                    () -> {
                      throw new IllegalStateException("bug");
                    },
                    refused::add);

    assertThatThrownBy(() -> on(THREAD, tick)).hasRootCauseMessage("bug");
    assertThat(process(null, new IllegalStateException("bug")))
        .isEqualTo(ProcessingHandlerResponse.CONTINUE);
    assertThatThrownBy(() -> onFaults(ThreadFaults::takeUpAgain))
        .hasRootCauseInstanceOf(TaskMigratedException.class);
    assertThat(on(THREAD, tick)).isTrue();
    assertThatThrownBy(() -> onFaults(ThreadFaults::takeUpAgain))
        .hasRootCauseInstanceOf(TaskMigratedException.class);
    onFaults(ThreadFaults::committed);
    assertThat(on(THREAD, tick)).isTrue();
    onFaults(ThreadFaults::committed);

    assertThat(refused)
        .hasSize(2)
        .allMatch(failure -> failure.code() == ErrorCode.PROCESSING_FAILED)
        .allMatch(failure -> failure.place().equals(Optional.of(place)));
    assertThat(boundary.isSuspecting()).isFalse();
  }

  @Test
  void shouldBlameNoKeptRecordForWhatComesBehindIt() throws Exception {
    assertThat(
            on(
                THREAD,
                () ->
                    KeptRecords.of(clients)
                        .process(new Place("in", 1, 3), () -> false, failure -> {})))
        .isFalse();

    assertThat(process(null, new IllegalStateException("a clock")))
        .isEqualTo(ProcessingHandlerResponse.FAIL);
  }

  /** What a registry that is away, or refuses us, keeps from us may well decode. */
  @Test
  void shouldNotPassOverWhatMayDecodeOnceTheRegistryAnswers() throws Exception {
    for (Exception fault :
        new Exception[] {
          new RegistryUnavailableException("away"), new RegistryRefusedException("401")
        }) {
      assertThat(on(THREAD, () -> handler.handle(context("in"), record("in"), fault)))
          .as("%s", fault)
          .isEqualTo(DeserializationHandlerResponse.FAIL);
    }
    assertThat(
            on(
                THREAD,
                () ->
                    handler.handle(
                        context("in"), record("in"), new SerializationException("no Avro"))))
        .isEqualTo(DeserializationHandlerResponse.CONTINUE);
  }

  @Test
  void shouldBlameOnlyTheFirstOfATransaction() throws Exception {
    ProcessingHandlerResponse unused = process("in", new IllegalStateException("bug"));

    assertThat(process("other", new IllegalStateException("half done")))
        .isEqualTo(ProcessingHandlerResponse.CONTINUE);
    assertThat(boundary.suspicion(record("in"))).isPresent();
    assertThat(boundary.suspicion(record("other"))).isEmpty();
  }

  @Test
  void shouldGiveUpWhatTheBrokerDidNotTakeInTimeAndBlameNobody() throws Exception {
    assertThat(
            on(
                "kafka-producer-network-thread | " + THREAD + "-producer",
                () -> handler.handle(context("in"), RECORD, new TimeoutException("late"))))
        .isEqualTo(ProductionExceptionHandlerResponse.CONTINUE);

    assertThat(boundary.isSuspecting()).isFalse();
    assertThatThrownBy(() -> producer.send(RECORD, null))
        .hasCauseInstanceOf(ProducerFencedException.class);
  }

  private ProcessingHandlerResponse process(@Nullable String topic, Exception fault)
      throws Exception {
    return on(THREAD, () -> handler.handle(context(topic), new Record<>("k", "v", 0), fault));
  }

  private static org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> record(
      String topic) {
    return new org.apache.kafka.clients.consumer.ConsumerRecord<>(
        topic, 0, 17, new byte[0], new byte[0]);
  }

  @SuppressWarnings("NullAway") // a punctuation has no topic
  private static ErrorHandlerContext context(@Nullable String topic) {
    return new DefaultErrorHandlerContext(
        null, topic, 0, 17, new RecordHeaders(), "node", new TaskId(0, 0), 0, null, null);
  }

  private void onFaults(Consumer<ThreadFaults> work) throws Exception {
    var unused =
        on(
            THREAD,
            () -> {
              work.accept(clients.faults().orElseThrow());
              return true;
            });
  }

  private static <T> T on(String thread, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name(thread).start(task).join();
    return task.get();
  }
}
