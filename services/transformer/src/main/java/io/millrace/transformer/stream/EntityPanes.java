package io.millrace.transformer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.Panes;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.streams.OutdatedTopologyException;
import io.millrace.messaging.watermarks.Watermarks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The panes of a task's entities, by {@code <entity>/<key>}. What has changed since it was last
 * announced is marked in the store itself, so that a crash forgets no announcement.
 */
final class EntityPanes {
  private static final EntityFeatures NO_FEATURES =
      new EntityFeatures("_watermark", List.of(), new int[0], List.of(), new int[0]);
  static final String WATERMARK_KEY = "_watermark/";

  /**
   * In the first form, in which a series is named by its field alone: nobody can say its meaning.
   */
  private static final byte UNNAMED_ANNOUNCED = 0;

  private static final byte UNNAMED_CHANGED = 1;

  /** In an older form, which does not say the version that has written the panes. */
  private static final byte UNVERSIONED_ANNOUNCED = 2;

  private static final byte UNVERSIONED_CHANGED = 3;
  private static final byte ANNOUNCED = 4;
  private static final byte CHANGED = 5;

  /** Mark and version stand before the panes. */
  private static final int PREFIX = 1 + Integer.BYTES;

  /**
   * How many panes are kept decoded, of 48 bytes each; an entity has some dozens in each series.
   */
  private static final long MOST_DECODED_PANES = 100_000;

  /** In one go. */
  private static final int MOST_EVICTED = 10_000;

  private static final int MOST_RESTATED = 2_000;

  /** Where in the task's store stands how far all has been announced once more. */
  private static final String RESTATED = "restated";

  /** A record for the {@code features} topic; a missing value forgets the entity. */
  record Announcement(String key, byte @Nullable [] value) {}

  private final JoinPlan plan;
  private final KeyValueStore<String, byte[]> store;
  private final KeyValueStore<String, byte[]> task;
  private final DueIndex quiet;
  private final Map<String, Integer> entityByName = new HashMap<>();
  private final List<Map<Long, int[]>> seriesById = new ArrayList<>();
  private final Set<String> changed = new LinkedHashSet<>();
  private final Map<String, Panes> decoded;
  private final Wholeness wholeness;

  /** For each entity, for each of its series, the version that asked for it anew. */
  private final int[][] introduced;

  private final long unnamedTo;
  private @Nullable String restated;

  /**
   * @param task what the task keeps beside the panes
   * @param quiet is built anew
   * @param watermark the event time that the task has passed
   */
  EntityPanes(
      JoinPlan plan,
      KeyValueStore<String, byte[]> store,
      KeyValueStore<String, byte[]> task,
      DueIndex quiet,
      long watermark) {
    this.plan = plan;
    this.store = store;
    this.task = task;
    this.quiet = quiet;
    this.wholeness = new Wholeness(plan, task, watermark);
    this.unnamedTo =
        watermark == Watermarks.NONE ? Long.MIN_VALUE : watermark + plan.latenessMicros();
    this.introduced = new int[plan.entities().size()][];
    this.decoded = leastRecentlyUsed(MOST_DECODED_PANES / Math.max(1, plan.mostPanes()));
    for (int i = 0; i < plan.entities().size(); i++) {
      entityByName.put(plan.entities().get(i).entity(), i);
      Map<Long, int[]> byId = new HashMap<>();
      long[] ids = plan.seriesIds().get(i);
      EntityFeatures entity = plan.entities().get(i);
      for (int j = 0; j < ids.length; j++) {
        byId.put(ids[j], new int[] {j});
        byId.merge(
            JoinPlan.idOfAnyWindow(entity.entity(), entity.series().get(j)),
            new int[] {j},
            (some, more) -> IntStream.concat(IntStream.of(some), IntStream.of(more)).toArray());
      }
      seriesById.add(byId);
      introduced[i] = LongStream.of(ids).mapToInt(wholeness::introduced).toArray();
    }
    byte[] place = task.get(RESTATED);
    this.restated = place == null ? null : new String(place, UTF_8);
    quiet.clear();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.value[0] == CHANGED
                || entry.value[0] == UNVERSIONED_CHANGED
                || entry.value[0] == UNNAMED_CHANGED) {
              changed.add(entry.key);
            }
            EntityFeatures features = features(entry.key);
            quiet.add(
                features == null
                    ? Watermarks.BEGINNING
                    : quietAfter(decode(features, entry.value), features),
                entry.key);
          });
    }
  }

  /** To be called before anything else, and not while the task is set up: it writes. */
  void begin() {
    if (!wholeness.isOfTheSameSeries()) {
      restate();
    }
    wholeness.begin();
  }

  /**
   * A task that reads labels says which series it sends.
   *
   * @throws OutdatedTopologyException when it sends them for a version that is not known here yet:
   *     what this one does not ask for would be lost
   */
  void accept(EntityMessage.Carries carries) {
    if (carries.version() > plan.version()) {
      throw new OutdatedTopologyException(
          "another process has begun with version %d of %s"
              .formatted(carries.version(), plan.name()));
    }
    if (wholeness.accept(carries)) {
      restate();
    }
  }

  /** All that is kept is to be announced once more. */
  private void restate() {
    restated = "";
    task.put(RESTATED, new byte[0]);
  }

  /** Some more of it, as much as a transaction can do in time. */
  private void restateSome(long watermark, Consumer<Announcement> consumer) {
    String from = restated;
    if (from == null) {
      return;
    }
    String last = null;
    int count = 0;
    try (KeyValueIterator<String, byte[]> rest = store.range(from, null)) {
      while (rest.hasNext() && count < MOST_RESTATED) {
        KeyValue<String, byte[]> entry = rest.next();
        EntityFeatures features = features(entry.key);
        if (features != null) {
          byte[] value = bytes(ANNOUNCED, entry.key, load(entry.key, features), watermark);
          consumer.accept(new Announcement(entry.key, wire(value)));
        }
        last = entry.key;
        count++;
      }
    }
    if (count < MOST_RESTATED || last == null) {
      restated = null;
      task.delete(RESTATED);
    } else {
      restated = last + "\0"; // the next one
      task.put(RESTATED, restated.getBytes(UTF_8));
    }
  }

  /** The watermark from which on none of an entity's panes counts for a look-up to come. */
  private long quietAfter(Panes panes, EntityFeatures features) {
    return panes.isEmpty()
        ? Watermarks.BEGINNING
        : panes.lastEnd() + features.reachMicros(plan.latenessMicros());
  }

  /** Whether a feature of this version asks for the entity. */
  boolean knows(String key) {
    return features(key) != null;
  }

  /** The pane boundary that must have passed before a look-up can be answered. */
  long readyAt(String key, long time) {
    EntityFeatures features = features(key);
    return features == null ? Long.MIN_VALUE : features.readyAt(time);
  }

  void add(String key, EntityMessage.Update update, long watermark) {
    wholeness.update(update.time());
    EntityFeatures features = features(key);
    if (features == null) {
      return; // no feature of this version asks for the entity
    }
    Panes panes = load(key, features);
    boolean isNew = panes.isEmpty();
    int entity = entity(key);
    Map<Long, int[]> byId = seriesById.get(entity);
    for (int i = 0; i < update.values().length; i++) {
      int[] all = byId.get(update.series()[i]);
      if (all != null && !Double.isNaN(update.values()[i])) {
        for (int series : all) {
          // what was sent before a series was asked for anew is sent once more to fill it
          if (update.version() >= introduced[entity][series]) {
            panes.add(series, update.time(), update.values()[i]);
          }
        }
      }
    }
    long reach = features.reachMicros(plan.latenessMicros());
    if (watermark != Watermarks.NONE) {
      panes.evict(watermark, reach);
    }
    store.put(key, bytes(CHANGED, key, panes, watermark));
    changed.add(key);
    if (isNew) {
      quiet.add(quietAfter(panes, features), key);
    }
  }

  /**
   * The features as of the look-up's time. One whose window reaches back to panes that may have
   * been dropped is missing, and the answer incomplete.
   *
   * @param impatient whether labels that were known by then may still be on their way
   * @param passed event time when the look-up came; {@link Watermarks#NONE} for one that waited,
   *     whose panes are kept
   */
  Answer answer(String key, EntityMessage.LookUp lookUp, boolean impatient, long passed) {
    int entity = entity(key);
    EntityFeatures features = plan.entities().get(entity);
    Panes panes = load(key, features);
    if (passed != Watermarks.NONE) {
      panes.evict(passed, features.reachMicros(plan.latenessMicros())); // of quiet entities too
    }
    lack(entity, panes);
    @Nullable Object[] values = new @Nullable Object[features.features().size()];
    boolean whole = panes.valuesAt(lookUp.time(), values);
    boolean incomplete = impatient;
    boolean keptIncomplete = impatient;
    for (int i = 0; !whole && i < values.length; i++) {
      if (!panes.reaches(i, lookUp.time())) {
        incomplete |= i < plan.ownFeatures(entity);
        keptIncomplete |= plan.isServed(entity, i);
      }
    }
    return new Answer(
        lookUp.version(), entity, incomplete, values, plan.keptVersion(), keptIncomplete);
  }

  void announceChanged(long watermark, Consumer<Announcement> consumer) {
    for (String key : changed) {
      EntityFeatures features = features(key);
      byte[] stored = store.get(key);
      if (stored != null && features != null) {
        byte[] value = bytes(ANNOUNCED, key, load(key, features), watermark);
        store.put(key, value);
        consumer.accept(new Announcement(key, wire(value)));
      }
    }
    changed.clear();
    restateSome(watermark, consumer);
  }

  /** The task's watermark, for online reads without a time of their own. */
  Announcement watermark(int partition, long watermark) {
    byte[] panes = new Panes(NO_FEATURES).encode("_watermark", "" + partition, watermark);
    return new Announcement(WATERMARK_KEY + partition, wire(stored(ANNOUNCED, panes)));
  }

  /**
   * Forgets entities none of whose panes can count for a look-up that is still to come; as many as
   * a transaction can in time.
   */
  void evictQuiet(long watermark, Consumer<Announcement> consumer) {
    if (watermark == Watermarks.NONE) {
      return;
    }
    for (DueIndex.Due due : quiet.take(watermark + 1, MOST_EVICTED)) {
      String key = due.key();
      EntityFeatures features = features(key);
      byte[] stored = store.get(key);
      if (stored == null) {
        continue;
      }
      if (features != null) {
        Panes known = decoded.get(key);
        long after = quietAfter(known == null ? decode(features, stored) : known, features);
        if (after > watermark) { // labels have come since it was looked at
          quiet.add(after, key);
          continue;
        }
      }
      store.delete(key);
      decoded.remove(key);
      changed.remove(key);
      consumer.accept(new Announcement(key, null));
    }
  }

  /** As the store has them; of those used last, the decoded ones are kept. */
  private Panes load(String key, EntityFeatures features) {
    Panes panes = decoded.get(key);
    if (panes == null) {
      byte[] stored = store.get(key);
      panes = stored == null ? fresh(key, features) : decode(features, stored);
      decoded.put(key, panes);
    }
    return panes;
  }

  /** Of an entity of which nothing is known, or nothing any more. */
  private Panes fresh(String key, EntityFeatures features) {
    Panes panes = new Panes(features);
    long[] ids = plan.seriesIds().get(entity(key));
    for (int i = 0; i < ids.length; i++) {
      panes.evictTo(i, wholeness.forgottenTo(ids[i]));
    }
    return panes;
  }

  private void lack(int entity, Panes panes) {
    long[] to = wholeness.lackingTo(entity);
    for (int i = 0; i < to.length; i++) {
      panes.lacks(i, to[i]);
    }
  }

  private Panes decode(EntityFeatures features, byte[] stored) {
    int from =
        switch (stored[0]) {
          case ANNOUNCED, CHANGED -> PREFIX;
          default -> 1;
        };
    int version = from == PREFIX ? ByteBuffer.wrap(stored).getInt(1) : 0;
    boolean isUnnamed = stored[0] == UNNAMED_ANNOUNCED || stored[0] == UNNAMED_CHANGED;
    Panes panes =
        isUnnamed
            ? new Panes(features)
            : Panes.decode(features, stored, from, stored.length - from);
    int[] since = introduced[plan.entities().indexOf(features)];
    for (int i = 0; i < since.length; i++) {
      if (isUnnamed) {
        panes.evictTo(i, unnamedTo);
      } else if (since[i] > version) {
        panes.clear(i);
      }
    }
    return panes;
  }

  private static <K, V> Map<K, V> leastRecentlyUsed(long most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  private byte[] bytes(byte mark, String key, Panes panes, long watermark) {
    int slash = key.indexOf('/');
    lack(entity(key), panes);
    byte[] encoded = panes.encode(key.substring(0, slash), key.substring(slash + 1), watermark);
    return stored(mark, encoded);
  }

  private byte[] stored(byte mark, byte[] panes) {
    return ByteBuffer.allocate(PREFIX + panes.length)
        .put(mark)
        .putInt(plan.version())
        .put(panes)
        .array();
  }

  private byte[] wire(byte[] stored) {
    return ByteBuffer.allocate(stored.length - PREFIX + 5)
        .put((byte) 0)
        .putInt(plan.featuresSchemaId())
        .put(stored, PREFIX, stored.length - PREFIX)
        .array();
  }

  private @Nullable EntityFeatures features(String key) {
    int slash = key.indexOf('/');
    Integer entity = slash < 0 ? null : entityByName.get(key.substring(0, slash));
    return entity == null ? null : plan.entities().get(entity);
  }

  private int entity(String key) {
    Integer entity = entityByName.get(key.substring(0, key.indexOf('/')));
    if (entity == null) {
      throw new IllegalArgumentException("no feature asks for " + key);
    }
    return entity;
  }
}
