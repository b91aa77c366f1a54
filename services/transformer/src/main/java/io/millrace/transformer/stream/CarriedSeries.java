package io.millrace.transformer.stream;

import io.millrace.messaging.watermarks.Watermarks;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Which series the updates of a task that reads labels carry. A series that a new version of the
 * pipeline asks for lacks the labels that came before: whoever keeps its panes is told up to when,
 * ahead of the first update that carries it.
 */
final class CarriedSeries {
  private static final String CARRIED = "carried";
  private static final String LATEST = "latest-label";

  private final KeyValueStore<String, byte[]> store;
  private final EntityMessage.Carries carries;
  private boolean told;
  private long latest;

  /**
   * @param passed the time that labels had passed when the task was stopped, {@link
   *     Watermarks#NONE} if none: what is known of those of an older form
   */
  CarriedSeries(JoinPlan plan, KeyValueStore<String, byte[]> store, int source, long passed) {
    this.store = store;
    byte[] label = store.get(LATEST);
    this.latest =
        label != null
            ? ByteBuffer.wrap(label).getLong()
            : passed <= Watermarks.BEGINNING ? Long.MIN_VALUE : passed + plan.latenessMicros();
    byte[] saved = store.get(CARRIED);
    long[] series = plan.seriesIds().stream().flatMapToLong(Arrays::stream).toArray();
    this.carries =
        new EntityMessage.Carries(
            source,
            plan.partitions(),
            series,
            Arrays.stream(series).map(id -> since(id, saved)).toArray());
    this.told = saved != null && Arrays.equals(saved, carries.toBytes());
  }

  /** Nothing was left out of what the first version asks for. */
  private long since(long series, byte @Nullable [] saved) {
    return saved != null && EntityMessage.fromBytes(saved) instanceof EntityMessage.Carries before
        ? before.sinceOf(series).orElse(latest)
        : Long.MIN_VALUE;
  }

  /** What is to be told before anything else. */
  Optional<EntityMessage.Carries> tell() {
    if (told) {
      return Optional.empty();
    }
    store.put(CARRIED, carries.toBytes());
    told = true;
    return Optional.of(carries);
  }

  /** A label has come. */
  void label(long time) {
    if (time > latest) {
      latest = time;
      store.put(LATEST, ByteBuffer.allocate(Long.BYTES).putLong(time).array());
    }
  }
}
