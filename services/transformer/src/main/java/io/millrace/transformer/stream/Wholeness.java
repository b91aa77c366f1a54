package io.millrace.transformer.stream;

import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.SeriesKey;
import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.PeerWatermarks;
import io.millrace.messaging.watermarks.Watermarks;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * From when on a task's panes hold all that came, after a change of the pipeline: a new series
 * lacks what came before it until it has been filled, and entities were forgotten that a window
 * would still reach.
 */
final class Wholeness {
  private static final String CARRIES = "carries/";
  private static final String REACH = "reach/";
  private static final String FORGOTTEN = "forgotten/";
  private static final String KEPT = "kept-series";
  private static final String LATEST = "latest-update";
  private static final String MISSED = "missed/";

  /** In an older form, the series without the versions that introduced them. */
  private static final String UNVERSIONED = "series";

  /**
   * The series whose panes are kept.
   *
   * @param version that keeps them
   * @param introduced by series the version that asked for it anew; 0 from the beginning
   */
  private record Kept(int version, Map<Long, Integer> introduced) {
    byte[] toBytes() {
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + 12 * introduced.size());
      bytes.putInt(version);
      new TreeMap<>(introduced).forEach((id, by) -> bytes.putLong(id).putInt(by));
      return bytes.array();
    }

    static Kept fromBytes(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Kept kept = new Kept(in.getInt(), new HashMap<>());
      while (in.hasRemaining()) {
        kept.introduced.put(in.getLong(), in.getInt());
      }
      return kept;
    }

    /** What is new since then counts as missed, as nobody knows by which version it came. */
    static Kept ofUnversioned(byte[] bytes, int version) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Kept kept = new Kept(version, new HashMap<>());
      while (in.hasRemaining()) {
        kept.introduced.put(in.getLong(), 0);
      }
      return kept;
    }
  }

  private final JoinPlan plan;
  private final KeyValueStore<String, byte[]> store;
  private final Map<Integer, EntityMessage.Carries> bySource = new HashMap<>();
  private final List<long[]> lackingTo = new ArrayList<>();
  private final Set<Long> own;
  private final @Nullable Kept before;
  private final Kept kept;

  /** By series the time up to which its panes went with their entities. */
  private final Map<Long, Long> forgottenTo = new HashMap<>();

  /** By series the time up to which updates came while a version ran that did not ask for it. */
  private final Map<Long, Long> missedTo = new HashMap<>();

  private long latest;

  /**
   * @param watermark the event time up to which entities may have been forgotten so far
   */
  Wholeness(JoinPlan plan, KeyValueStore<String, byte[]> store, long watermark) {
    this.plan = plan;
    this.store = store;
    this.own = plan.ownSeries();
    this.latest = time(LATEST).orElse(Long.MIN_VALUE);
    this.before = kept(plan, store);
    this.kept = new Kept(plan.version(), new HashMap<>());
    for (EntityFeatures entity : plan.entities()) {
      introduce(entity, watermark);
    }
    for (int source = 0; source < plan.partitions(); source++) {
      byte[] saved = store.get(CARRIES + source);
      if (saved != null && EntityMessage.fromBytes(saved) instanceof EntityMessage.Carries known) {
        bySource.put(source, known);
      }
    }
    work();
  }

  private static @Nullable Kept kept(JoinPlan plan, KeyValueStore<String, byte[]> store) {
    byte[] versioned = store.get(KEPT);
    byte[] unversioned = store.get(UNVERSIONED);
    return versioned != null
        ? Kept.fromBytes(versioned)
        : unversioned == null ? null : Kept.ofUnversioned(unversioned, plan.version());
  }

  /** What is known of the series of an entity, and when they came. */
  private void introduce(EntityFeatures entity, long watermark) {
    byte[] saved = store.get(REACH + entity.entity());
    long reached = saved == null ? Long.MAX_VALUE : ByteBuffer.wrap(saved).getLong();
    boolean grows = reach(entity) > reached && watermark != Watermarks.NONE;
    long[] ids = plan.seriesIds().get(plan.entities().indexOf(entity));
    for (long id : ids) {
      OptionalInt again = introducedAgain(id);
      Optional<Integer> had = had(id);
      if (again.isPresent()) {
        kept.introduced.put(id, again.getAsInt());
        continue; // begins anew, and has neither missed nor forgotten anything
      }
      kept.introduced.put(id, had.orElse(0));
      time(MISSED + id).ifPresent(time -> missedTo.put(id, time));
      if (before != null && had.isEmpty()) {
        missedTo.put(id, latest);
      }
      OptionalLong forgotten =
          saved != null && saved.length > Long.BYTES // an older form: of all series alike
              ? OptionalLong.of(ByteBuffer.wrap(saved).getLong(Long.BYTES))
              : time(FORGOTTEN + id);
      forgotten.ifPresent(time -> forgottenTo.put(id, time));
      if (grows) {
        forgottenTo.merge(id, watermark - reached, Math::max);
      }
    }
  }

  private Optional<Integer> had(long id) {
    return Optional.ofNullable(before)
        .map(Kept::introduced)
        .map(all -> all.getOrDefault(id, all.get(plan.idOfAnyWindow(id))));
  }

  /** The version that asked for a series which was not kept, or not all the time. */
  private OptionalInt introducedAgain(long id) {
    return before != null && own.contains(id)
        ? plan.introducedSince(before.version(), id, had(id).isPresent())
        : OptionalInt.empty();
  }

  private OptionalLong time(String key) {
    byte[] saved = store.get(key);
    return saved == null ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(saved).getLong());
  }

  private long reach(EntityFeatures features) {
    return features.reachMicros(plan.latenessMicros());
  }

  /** Whether the series are the same as those of whoever kept the panes before. */
  boolean isOfTheSameSeries() {
    return before != null && before.introduced().equals(kept.introduced());
  }

  /** The panes are kept by this version from now on. */
  void begin() {
    List<String> others = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.key.startsWith(REACH)
                || entry.key.startsWith(MISSED)
                || entry.key.startsWith(FORGOTTEN)) {
              others.add(entry.key);
            }
          });
    }
    others.forEach(store::delete);
    missedTo.forEach((id, time) -> store.put(MISSED + id, bytes(time)));
    forgottenTo.forEach((id, time) -> store.put(FORGOTTEN + id, bytes(time)));
    for (EntityFeatures entity : plan.entities()) {
      store.put(REACH + entity.entity(), bytes(reach(entity)));
    }
    store.put(KEPT, kept.toBytes());
    store.delete(UNVERSIONED);
  }

  /** The version that asked for a series anew: what is of an earlier one counts for nothing. */
  int introduced(long id) {
    return kept.introduced().getOrDefault(id, 0);
  }

  /** An update has come, be it of a series that this version asks for or not. */
  void update(long time) {
    if (time > latest) {
      latest = time;
      store.put(LATEST, bytes(time));
    }
  }

  private static byte[] bytes(long time) {
    return ByteBuffer.allocate(Long.BYTES).putLong(time).array();
  }

  /** Whether it changes from when on something is whole. */
  boolean accept(EntityMessage.Carries carries) {
    if (carries.sources() != plan.partitions()) {
      return false;
    }
    store.put(CARRIES + carries.source(), carries.toBytes());
    bySource.put(carries.source(), carries);
    own.forEach(id -> compare(id, carries));
    List<long[]> before = List.copyOf(lackingTo);
    work();
    for (int i = 0; i < before.size(); i++) {
      if (!Arrays.equals(before.get(i), lackingTo.get(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Who sends a series and who keeps it must mean the same beginning: else what is filled may have
   * been counted before.
   */
  private void compare(long id, EntityMessage.Carries carries) {
    int here = introduced(id);
    OptionalInt there = carries.introducedOf(id);
    if (here != 0 && there.isPresent() && there.getAsInt() != here) {
      long since = Math.max(latest, carries.sinceOf(id).orElse(Long.MIN_VALUE));
      long missed = Math.max(since, missedTo.getOrDefault(id, Long.MIN_VALUE));
      missedTo.put(id, missed);
      store.put(MISSED + id, bytes(missed));
    }
  }

  /**
   * The event times from which on the features of the version that runs are whole, of those that
   * are not at the time that has been passed; ISO-8601.
   *
   * @param tasks what the local tasks keep beside the panes
   */
  static Map<String, Object> wholeFrom(JoinPlan plan, KeyValueIterator<String, byte[]> tasks) {
    Map<Long, Long> lacking = new HashMap<>();
    Map<Long, Long> forgotten = new HashMap<>();
    List<EntityMessage.Carries> carried = new ArrayList<>();
    List<Long> passed = new ArrayList<>();
    try (tasks) {
      while (tasks.hasNext()) {
        KeyValue<String, byte[]> entry = tasks.next();
        if (entry.key.startsWith(MISSED)) {
          long id = Long.parseLong(entry.key.substring(MISSED.length()));
          lacking.merge(id, ByteBuffer.wrap(entry.value).getLong(), Math::max);
        } else if (entry.key.startsWith(FORGOTTEN)) {
          long id = Long.parseLong(entry.key.substring(FORGOTTEN.length()));
          forgotten.merge(id, ByteBuffer.wrap(entry.value).getLong(), Math::max);
        } else if (entry.key.startsWith(CARRIES)
            && EntityMessage.fromBytes(entry.value) instanceof EntityMessage.Carries known) {
          carried.add(known);
        } else if (entry.key.equals(PaneProcessor.KEY)) {
          passed.add(PeerWatermarks.fromBytes(entry.value).combined());
        }
      }
    }
    long reached = passed.stream().min(Long::compare).orElse(Watermarks.NONE);
    Map<String, Object> from = new TreeMap<>();
    for (int i = 0; i < plan.entities().size(); i++) {
      EntityFeatures entity = plan.entities().get(i);
      for (int j = 0; j < plan.ownFeatures(i); j++) {
        int series = entity.seriesOf()[j];
        long id = plan.seriesIds().get(i)[series];
        long since =
            Math.max(
                since(id, plan.idOfAnyWindow(id), carried),
                lacking.getOrDefault(id, Long.MIN_VALUE));
        long to =
            Math.max(
                lackingTo(entity.series().get(series), since),
                forgotten.getOrDefault(id, Long.MIN_VALUE));
        Windowed feature = entity.features().get(j);
        boolean isWhole = reached != Watermarks.NONE && to <= reached - feature.windowMicros();
        if (to != Long.MIN_VALUE && !isWhole) {
          from.put(feature.name(), text(to, feature.windowMicros()));
        }
      }
    }
    return from;
  }

  /** Panes with an end up to this time lack values that came up to another. */
  private static long lackingTo(SeriesKey series, long since) {
    return since == Long.MIN_VALUE ? since : series.endOf(since);
  }

  private static String text(long to, long windowMicros) {
    return to > Mark.LATEST - windowMicros
        ? "unknown: a task has yet to begin with it"
        : Instant.EPOCH.plus(to + windowMicros, ChronoUnit.MICROS).toString();
  }

  /**
   * A series that one of the tasks which read labels does not carry yet lacks all.
   *
   * @param anyWindow its number in an older form
   */
  private static long since(long id, long anyWindow, Collection<EntityMessage.Carries> carried) {
    return carried.stream()
        .mapToLong(
            carries ->
                carries
                    .sinceOf(id)
                    .orElseGet(() -> carries.sinceOf(anyWindow).orElse(Long.MAX_VALUE)))
        .max()
        .orElse(Long.MIN_VALUE);
  }

  private void work() {
    lackingTo.clear();
    for (int i = 0; i < plan.entities().size(); i++) {
      List<SeriesKey> series = plan.entities().get(i).series();
      long[] ids = plan.seriesIds().get(i);
      long[] to = new long[ids.length];
      for (int j = 0; j < ids.length; j++) {
        long id = ids[j];
        boolean isUnheardOf = introduced(id) > 0 && bySource.size() < plan.partitions();
        long since =
            Math.max(
                isUnheardOf ? Long.MAX_VALUE : since(id, plan.idOfAnyWindow(id), bySource.values()),
                missedTo.getOrDefault(id, Long.MIN_VALUE));
        to[j] = lackingTo(series.get(j), since);
      }
      lackingTo.add(to);
    }
  }

  /** For each series of an entity: panes with an end up to this time lack values. */
  long[] lackingTo(int entity) {
    return lackingTo.get(entity);
  }

  /** Of an entity that is not known there may have been panes of a series up to this time. */
  long forgottenTo(long id) {
    return forgottenTo.getOrDefault(id, Long.MIN_VALUE);
  }
}
