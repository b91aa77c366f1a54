package io.millrace.transformer.stream;

import io.millrace.transformer.stream.EntityMessage.Carries;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which series the updates of a task that reads labels carry. A series that a new version of the
 * pipeline asks for lacks the labels that came before: whoever keeps its panes is told up to when,
 * ahead of the first update that carries it, and again once they have been sent, too.
 */
final class CarriedSeries {
  private static final String CARRIED = "carried";

  private final KeyValueStore<String, byte[]> store;
  private final Set<Long> anew = new LinkedHashSet<>();
  private Carries carries;
  private boolean told;

  /**
   * @param latest the latest label that has come; {@code Long.MIN_VALUE} for none
   */
  CarriedSeries(JoinPlan plan, KeyValueStore<String, byte[]> store, int source, long latest) {
    this.store = store;
    byte[] saved = store.get(CARRIED);
    Carries before =
        saved != null && EntityMessage.fromBytes(saved) instanceof Carries known ? known : null;
    long[] series = plan.seriesIds().stream().flatMapToLong(Arrays::stream).toArray();
    long[] since = new long[series.length];
    int[] introduced = new int[series.length];
    Set<Long> own = plan.ownSeries();
    for (int i = 0; i < series.length; i++) {
      long id = series[i];
      OptionalLong had = before == null ? OptionalLong.empty() : before.sinceOf(id);
      if (before != null && had.isEmpty()) {
        had = before.sinceOf(plan.idOfAnyWindow(id));
      }
      OptionalInt again =
          before != null && own.contains(id)
              ? plan.introducedSince(before.version(), id, had.isPresent())
              : OptionalInt.empty();
      if (again.isPresent()) {
        since[i] = latest;
        introduced[i] = again.getAsInt();
        if (latest != Long.MIN_VALUE) {
          anew.add(id);
        }
      } else {
        // nothing was left out of what the first version asks for
        since[i] = before == null ? Long.MIN_VALUE : had.orElse(latest);
        introduced[i] = before == null ? 0 : before.introducedOf(id).orElse(0);
      }
    }
    this.carries =
        new Carries(source, plan.partitions(), plan.version(), series, since, introduced);
    this.told = saved != null && Arrays.equals(saved, carries.toBytes());
  }

  /** What is to be told before anything else. */
  Optional<Carries> tell() {
    if (told) {
      return Optional.empty();
    }
    store.put(CARRIED, carries.toBytes());
    told = true;
    return Optional.of(carries);
  }

  /** The series that labels have come without, until this version: they can be filled. */
  Set<Long> anew() {
    return anew;
  }

  /** The labels of some series that came before have been sent, all later than a time of each. */
  void fill(Map<Long, Long> lackingTo) {
    long[] since = carries.since().clone();
    for (int i = 0; i < since.length; i++) {
      Long lacking = lackingTo.get(carries.series()[i]);
      if (lacking != null) {
        since[i] = Math.min(since[i], lacking);
      }
    }
    carries =
        new Carries(
            carries.source(),
            carries.sources(),
            carries.version(),
            carries.series(),
            since,
            carries.introduced());
    told = false;
  }
}
