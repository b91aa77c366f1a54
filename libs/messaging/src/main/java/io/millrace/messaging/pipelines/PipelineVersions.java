package io.millrace.messaging.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Every version of every pipeline that was ever accepted: a run goes by the one that it was asked
 * for with, whatever has been applied since.
 */
@ApplicationScoped
public class PipelineVersions {
  private record Key(String pipeline, int version) {}

  private final Map<Key, PipelineVersion> events = new HashMap<>();
  private final Map<Key, RunnablePipeline> parsed = new HashMap<>();
  private final Map<String, Integer> deletions = new HashMap<>();

  /** Takes a version as it arrives; what deletes a pipeline is no version to go by. */
  public synchronized void accept(PipelineVersion version) {
    if (version.getDeleted()) {
      deletions.merge(version.getPipeline(), version.getVersion(), Math::max);
    } else {
      events.put(new Key(version.getPipeline(), version.getVersion()), version);
      notifyAll();
    }
  }

  /** One version, if its event has come, be the pipeline deleted since or not. */
  public synchronized Optional<RunnablePipeline> find(String pipeline, int version) {
    Key key = new Key(pipeline, version);
    return Optional.ofNullable(events.get(key))
        .map(event -> parsed.computeIfAbsent(key, unused -> RunnablePipeline.of(event)));
  }

  /**
   * The version that a run was asked for with. Waits for its event, which at a start may come after
   * the run's.
   *
   * @return empty too when the pipeline was deleted since
   */
  public synchronized Optional<RunnablePipeline> await(
      String pipeline, int version, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (long left = patience.toMillis();
        !events.containsKey(new Key(pipeline, version)) && left > 0;
        left = (deadline - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return deletions.getOrDefault(pipeline, 0) > version
        ? Optional.empty()
        : find(pipeline, version);
  }
}
