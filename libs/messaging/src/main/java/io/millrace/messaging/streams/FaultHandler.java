package io.millrace.messaging.streams;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Tells the fault boundary of what fails in a stream thread. A failure that no record is to blame
 * for, as one in a punctuation that has none of the {@link KeptRecords} in hand, ends the thread,
 * and with it this start of the application.
 */
public final class FaultHandler
    implements ProcessingExceptionHandler,
        ProductionExceptionHandler,
        DeserializationExceptionHandler {
  private Optional<LagAwareClientSupplier> clients = Optional.empty();

  @Override
  public void configure(Map<String, ?> configs) {
    clients =
        Optional.of(
            (LagAwareClientSupplier)
                Objects.requireNonNull(configs.get(FaultBoundary.CONFIG), FaultBoundary.CONFIG));
  }

  @Override
  public ProcessingHandlerResponse handle(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    return isGivenUp(context, exception)
        ? ProcessingHandlerResponse.CONTINUE
        : ProcessingHandlerResponse.FAIL;
  }

  /**
   * What the producer refuses at once is its record's fault; of what the broker refuses later, on
   * the producer's own thread, nobody can say which record it was made of.
   */
  @Override
  public ProductionExceptionHandlerResponse handle(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RetriableException) {
      Optional<ThreadFaults> writer = clients.flatMap(LagAwareClientSupplier::faultsOfWriter);
      writer.ifPresent(ThreadFaults::giveUp); // it was tried for two minutes; all again then
      return writer.isPresent()
          ? ProductionExceptionHandlerResponse.CONTINUE
          : ProductionExceptionHandlerResponse.RETRY;
    }
    return isGivenUp(context, exception)
        ? ProductionExceptionHandlerResponse.CONTINUE
        : ProductionExceptionHandlerResponse.FAIL;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public ProductionExceptionHandlerResponse handleSerializationException(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception exception,
      SerializationExceptionOrigin origin) {
    return isGivenUp(context, exception)
        ? ProductionExceptionHandlerResponse.CONTINUE
        : ProductionExceptionHandlerResponse.FAIL;
  }

  /** Nothing was made of it yet: it is passed over at once. */
  @Override
  public DeserializationHandlerResponse handle(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    if (record.timestamp() == ArrivalTime.PASSED_OVER) {
      return DeserializationHandlerResponse.CONTINUE; // what is left of one has no value to read
    }
    Optional<ThreadFaults> faults = clients.flatMap(LagAwareClientSupplier::faults);
    Cause cause = Cause.of(exception);
    if (faults.isEmpty() || cause == Cause.NEIGHBOUR || cause == Cause.REFUSED) {
      return DeserializationHandlerResponse.FAIL;
    }
    Place place = new Place(record.topic(), record.partition(), record.offset());
    faults
        .get()
        .passOver(
            record, PipelineFailure.at(place, ErrorCode.UNDECODABLE, Cause.describe(exception)));
    return DeserializationHandlerResponse.CONTINUE;
  }

  /** Whether the thread gives up what it has in hand, and comes again without this record. */
  private boolean isGivenUp(ErrorHandlerContext context, Exception exception) {
    Optional<ThreadFaults> here = clients.flatMap(LagAwareClientSupplier::faults);
    if (here.isEmpty()) {
      return false;
    }
    ThreadFaults faults = here.get();
    if (faults.hasGivenUp()) {
      return true; // what is processed until it is undone may fail for what is half done
    }
    Optional<Place> place =
        context.topic() == null
            ? faults.keptInHand()
            : Optional.of(new Place(context.topic(), context.partition(), context.offset()));
    if (place.isEmpty() || Cause.of(exception) != Cause.RECORD) {
      return false;
    }
    boolean unused = faults.boundary().suspect(place.get(), exception);
    faults.giveUp();
    return true;
  }
}
