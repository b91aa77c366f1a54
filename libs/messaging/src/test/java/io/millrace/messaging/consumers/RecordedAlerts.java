package io.millrace.messaging.consumers;

import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a loop has told, in order: a failure, or nothing, which says that it runs. */
public final class RecordedAlerts implements ConsumerLoop.Alerts {
  private final List<Optional<PipelineFailure>> told = new CopyOnWriteArrayList<>();

  @Override
  public void failed(PipelineFailure failure) {
    told.add(Optional.of(failure));
  }

  @Override
  public void running() {
    told.add(Optional.empty());
  }

  /** Of a loop that loses no time. */
  public ConsumerLoop.Watch watch() {
    Backoff quick = new Backoff(Duration.ofMillis(10), Duration.ofMillis(300));
    return new ConsumerLoop.Watch(this, quick, quick);
  }

  /** All of it. */
  public List<Optional<PipelineFailure>> told() {
    return List.copyOf(told);
  }

  /** The failure that was told last. */
  public Optional<PipelineFailure> failure() {
    return told.stream().flatMap(Optional::stream).reduce((first, second) -> second);
  }

  /** Whether a failure was told, and then that it is over. */
  public boolean areOver() {
    return failure().isPresent() && told.getLast().isEmpty();
  }
}
