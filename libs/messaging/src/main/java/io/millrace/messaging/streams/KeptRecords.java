package io.millrace.messaging.streams;

import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.jspecify.annotations.Nullable;

/**
 * Records that a task keeps in its store and works on in a punctuation, long after their offsets
 * are committed. They don't come again when they fail, as {@link FaultBoundary} has it with others:
 * it is their processor that has them again, and refuses them.
 */
public final class KeptRecords {
  private final Optional<LagAwareClientSupplier> clients;

  private KeptRecords(Optional<LagAwareClientSupplier> clients) {
    this.clients = clients;
  }

  /** Those of a task; without an application around it whatever fails is thrown. */
  public static KeptRecords of(ProcessingContext context) {
    return of(context.appConfigs().get(FaultBoundary.CONFIG));
  }

  static KeptRecords of(@Nullable Object clients) {
    return new KeptRecords(Optional.ofNullable((LagAwareClientSupplier) clients));
  }

  /**
   * Works on one. If that fails, all that was made since the last commit is undone, and when the
   * record's turn comes again it is refused instead. Whether it is done with: as the work says, or
   * by its refusal; its store forgets it then.
   *
   * @param place where it was read
   * @param refuse sends it to quarantine
   */
  public boolean process(Place place, BooleanSupplier work, Consumer<PipelineFailure> refuse) {
    Optional<ThreadFaults> here = clients.flatMap(LagAwareClientSupplier::faults);
    if (here.isEmpty()) {
      return work.getAsBoolean();
    }
    ThreadFaults faults = here.get();
    Optional<PipelineFailure> failure = faults.boundary().suspicion(place);
    if (failure.isPresent()) {
      refuse.accept(failure.get());
      faults.refuseKept(place);
      return true;
    }
    faults.takeInHand(place); // and is there when it fails: the handler is asked only afterwards
    boolean isDone = work.getAsBoolean();
    faults.putAway();
    return isDone;
  }
}
