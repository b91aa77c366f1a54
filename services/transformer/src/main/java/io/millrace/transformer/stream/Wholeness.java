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
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * From when on a task's panes hold all that came, after a change of the pipeline: a new series
 * lacks what came before it, and entities were forgotten that a longer window would still reach.
 */
final class Wholeness {
  private static final String CARRIES = "carries/";
  private static final String REACH = "reach/";
  private static final String SERIES = "series";
  private static final String OLDER_SERIES = "older-series";
  private static final String LATEST = "latest-update";
  private static final String MISSED = "missed/";

  private final JoinPlan plan;
  private final KeyValueStore<String, byte[]> store;
  private final Map<Integer, EntityMessage.Carries> bySource = new HashMap<>();
  private final List<long[]> lackingTo = new ArrayList<>();
  private final long[] forgottenTo;

  /** By series the time up to which updates came while a version ran that did not ask for it. */
  private final Map<Long, Long> missedTo = new HashMap<>();

  private long latest;

  /**
   * @param watermark the event time up to which entities may have been forgotten so far
   */
  Wholeness(JoinPlan plan, KeyValueStore<String, byte[]> store, long watermark) {
    this.plan = plan;
    this.store = store;
    this.forgottenTo =
        plan.entities().stream().mapToLong(entity -> forgottenTo(entity, watermark)).toArray();
    byte[] update = store.get(LATEST);
    this.latest = update == null ? Long.MIN_VALUE : ByteBuffer.wrap(update).getLong();
    byte[] before = store.get(SERIES);
    for (long id : ids()) {
      byte[] missed = store.get(MISSED + id);
      if (missed != null) {
        missedTo.put(id, ByteBuffer.wrap(missed).getLong());
      }
      if (before != null && !contains(before, id)) {
        missedTo.put(id, latest);
      }
    }
    for (int source = 0; source < plan.partitions(); source++) {
      byte[] saved = store.get(CARRIES + source);
      if (saved != null && EntityMessage.fromBytes(saved) instanceof EntityMessage.Carries known) {
        bySource.put(source, known);
      }
    }
    work();
  }

  private long forgottenTo(EntityFeatures features, long watermark) {
    byte[] saved = store.get(REACH + features.entity());
    if (saved == null) {
      return Long.MIN_VALUE;
    }
    ByteBuffer before = ByteBuffer.wrap(saved);
    long reached = before.getLong();
    long to = before.getLong();
    return reach(features) > reached && watermark != Watermarks.NONE
        ? Math.max(to, watermark - reached)
        : to;
  }

  private long reach(EntityFeatures features) {
    return features.reachMicros(plan.latenessMicros());
  }

  /** Whether the series are the same as those of whoever kept the panes before. */
  boolean isOfTheSameSeries() {
    byte[] saved = store.get(SERIES);
    return saved != null && Arrays.equals(saved, series());
  }

  /**
   * The panes are kept by this version from now on.
   *
   * @param isOlder whether they are of a form in which a series was named by its field alone
   */
  void begin(boolean isOlder) {
    List<String> others = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.key.startsWith(REACH) || entry.key.startsWith(MISSED)) {
              others.add(entry.key);
            }
          });
    }
    others.forEach(store::delete);
    missedTo.forEach((id, time) -> store.put(MISSED + id, bytes(time)));
    for (int i = 0; i < forgottenTo.length; i++) {
      EntityFeatures features = plan.entities().get(i);
      ByteBuffer now = ByteBuffer.allocate(2 * Long.BYTES);
      now.putLong(reach(features)).putLong(forgottenTo[i]);
      store.put(REACH + features.entity(), now.array());
    }
    store.put(SERIES, series());
    if (isOlder) {
      store.put(OLDER_SERIES, series());
    }
  }

  /** An update has come, be it of a series that this version asks for or not. */
  void update(long time) {
    if (time > latest) {
      latest = time;
      store.put(LATEST, bytes(time));
    }
  }

  /** Whether what an older form has by a series' field is what this version means by it. */
  boolean isOlderSeries(long id) {
    byte[] older = store.get(OLDER_SERIES);
    return older == null || contains(older, id);
  }

  private static boolean contains(byte[] ids, long id) {
    ByteBuffer all = ByteBuffer.wrap(ids);
    while (all.hasRemaining()) {
      if (all.getLong() == id) {
        return true;
      }
    }
    return false;
  }

  private static byte[] bytes(long time) {
    return ByteBuffer.allocate(Long.BYTES).putLong(time).array();
  }

  private long[] ids() {
    return plan.seriesIds().stream().flatMapToLong(Arrays::stream).sorted().toArray();
  }

  private byte[] series() {
    long[] ids = ids();
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * ids.length);
    Arrays.stream(ids).forEach(bytes::putLong);
    return bytes.array();
  }

  /** Whether it changes from when on something is whole. */
  boolean accept(EntityMessage.Carries carries) {
    if (carries.sources() != plan.partitions()) {
      return false;
    }
    store.put(CARRIES + carries.source(), carries.toBytes());
    bySource.put(carries.source(), carries);
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
   * The event times from which on the features of the version that runs are whole, of those that
   * are not at the time that has been passed; ISO-8601.
   *
   * @param tasks what the local tasks keep beside the panes
   */
  static Map<String, Object> wholeFrom(JoinPlan plan, KeyValueIterator<String, byte[]> tasks) {
    Map<Long, Long> lacking = new HashMap<>();
    Map<String, Long> forgotten = new HashMap<>();
    List<EntityMessage.Carries> carried = new ArrayList<>();
    List<Long> passed = new ArrayList<>();
    try (tasks) {
      while (tasks.hasNext()) {
        KeyValue<String, byte[]> entry = tasks.next();
        if (entry.key.startsWith(MISSED)) {
          long id = Long.parseLong(entry.key.substring(MISSED.length()));
          lacking.merge(id, ByteBuffer.wrap(entry.value).getLong(), Math::max);
        } else if (entry.key.startsWith(REACH)) {
          String entity = entry.key.substring(REACH.length());
          forgotten.merge(entity, ByteBuffer.wrap(entry.value).getLong(Long.BYTES), Math::max);
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
        long since = Math.max(since(id, carried), lacking.getOrDefault(id, Long.MIN_VALUE));
        long to =
            Math.max(
                lackingTo(entity.series().get(series), since),
                forgotten.getOrDefault(entity.entity(), Long.MIN_VALUE));
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

  /** A series that one of the tasks which read labels does not carry yet lacks all. */
  private static long since(long id, Collection<EntityMessage.Carries> carried) {
    return carried.stream()
        .mapToLong(carries -> carries.sinceOf(id).orElse(Long.MAX_VALUE))
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
        long since =
            Math.max(since(id, bySource.values()), missedTo.getOrDefault(id, Long.MIN_VALUE));
        to[j] = lackingTo(series.get(j), since);
      }
      lackingTo.add(to);
    }
  }

  /** For each series of an entity: panes with an end up to this time lack values. */
  long[] lackingTo(int entity) {
    return lackingTo.get(entity);
  }

  /** Of an entity that is not known there may have been panes up to this time. */
  long forgottenTo(int entity) {
    return forgottenTo[entity];
  }
}
