package io.millrace.messaging.streams;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an application does with a record that it can't process: nothing that was made of it is
 * committed, the record itself goes to quarantine, and all others go on.
 *
 * <p>The first time, nobody can say any more what of its effects is in stores, in the open
 * transaction and in the processors' fields. So the transaction is given up, and the thread takes
 * its tasks up again as they were committed, as it does when the broker has fenced it. The record's
 * place is kept here meanwhile; when it comes again it is passed over before anything sees it, and
 * is written to quarantine in the transaction that commits its offset: exactly once. After a
 * restart of the process it fails once more.
 */
final class FaultBoundary {
  static final String CONFIG = "millrace.fault.boundary";

  private static final Logger LOG = LoggerFactory.getLogger(FaultBoundary.class);
  private static final int MOST_SUSPECTS = 1000;

  private final String application;
  private final RefusedRecords form;
  private final Consumer<PipelineFailure> passedOver;
  private final Map<Place, PipelineFailure> suspects =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, PipelineFailure> eldest) {
          return size() > MOST_SUSPECTS;
        }
      };
  private volatile boolean suspecting;

  /**
   * @param form what a refused record looks like in quarantine
   * @param passedOver told of each record that was passed over and has no quarantine
   */
  FaultBoundary(String application, RefusedRecords form, Consumer<PipelineFailure> passedOver) {
    this.application = application;
    this.form = form;
    this.passedOver = passedOver;
  }

  RefusedRecords form() {
    return form;
  }

  /** Whether there is any place at which a record may have to be passed over. */
  boolean isSuspecting() {
    return suspecting;
  }

  /** Keeps in mind where a record failed; whether that is news. */
  synchronized boolean suspect(Place place, Throwable error) {
    String message = Cause.describe(error);
    PipelineFailure failure = PipelineFailure.at(place, ErrorCode.PROCESSING_FAILED, message);
    boolean isNew = suspects.put(place, failure) == null;
    suspecting = true;
    if (isNew) {
      LOG.error(
          "application={} code={} topic={} partition={} offset={} the record is passed over",
          application,
          failure.code(),
          place.topic(),
          place.partition(),
          place.offset(),
          error);
    }
    return isNew;
  }

  Optional<PipelineFailure> suspicion(ConsumerRecord<?, ?> record) {
    return suspicion(new Place(record.topic(), record.partition(), record.offset()));
  }

  synchronized Optional<PipelineFailure> suspicion(Place place) {
    return Optional.ofNullable(suspects.get(place));
  }

  /** A record was passed over for good: its offset is committed. */
  void settled(TopicPartition partition, long offset, PipelineFailure failure) {
    settled(new Place(partition.topic(), partition.partition(), offset));
    if (!form.hasQuarantine(partition.topic())) {
      passedOver.accept(failure);
    }
  }

  /** What failed there is refused for good. */
  synchronized void settled(Place place) {
    suspects.remove(place);
    suspecting = !suspects.isEmpty();
  }
}
