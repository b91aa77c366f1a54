package io.millrace.transformer.stream;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The latest event time of a topic's records up to some of its offsets: how late what retention has
 * dropped may have been. Exact at the places that are kept, which grow fewer with their number.
 */
final class ArrivedTimes {
  private static final int STRIDE = 1_000;
  private static final int MOST_PLACES = 256;

  /** Longer than records are kept by default; of what is older a later place speaks. */
  private static final Duration KEPT = Duration.ofDays(8);

  private record Place(long offset, long latest, long arrived) {
    static final int BYTES = 3 * Long.BYTES;
  }

  private final KeyValueStore<String, byte[]> store;
  private final String latestKey;
  private final String placesKey;

  /** Replaced as a whole: another thread may ask. */
  private volatile List<Place> places;

  private volatile long latest;

  /**
   * @param name of the topic in the store
   * @param latest what is known where nothing is stored
   */
  ArrivedTimes(KeyValueStore<String, byte[]> store, String name, long latest) {
    this.store = store;
    this.latestKey = "latest-" + name;
    this.placesKey = "places-" + name;
    byte[] before = store.get(latestKey);
    this.latest = before == null ? latest : ByteBuffer.wrap(before).getLong();
    byte[] saved = store.get(placesKey);
    List<Place> known = new ArrayList<>();
    for (ByteBuffer in = ByteBuffer.wrap(saved == null ? new byte[0] : saved);
        in.hasRemaining(); ) {
      known.add(new Place(in.getLong(), in.getLong(), in.getLong()));
    }
    this.places = List.copyOf(known);
  }

  /** Of all records; {@code Long.MIN_VALUE} when none has come. */
  long latest() {
    return latest;
  }

  /**
   * A record has come.
   *
   * @param time its event time
   * @param arrivedMillis when
   */
  void take(long offset, long time, long arrivedMillis) {
    if (time > latest) {
      latest = time;
      store.put(latestKey, ByteBuffer.allocate(Long.BYTES).putLong(time).array());
    }
    if (places.isEmpty() || offset >= places.getLast().offset() + STRIDE) {
      note(new Place(offset, latest, arrivedMillis));
    }
  }

  private void note(Place place) {
    List<Place> kept = new ArrayList<>(places);
    kept.removeIf(old -> old.arrived() < place.arrived() - KEPT.toMillis());
    if (kept.size() >= MOST_PLACES) {
      List<Place> fewer = new ArrayList<>();
      for (int i = 1; i < kept.size(); i += 2) {
        fewer.add(kept.get(i));
      }
      kept = fewer;
    }
    kept.add(place);
    places = List.copyOf(kept);
    ByteBuffer bytes = ByteBuffer.allocate(places.size() * Place.BYTES);
    places.forEach(p -> bytes.putLong(p.offset()).putLong(p.latest()).putLong(p.arrived()));
    store.put(placesKey, bytes.array());
  }

  /** No record before an offset is later than this; {@code Long.MIN_VALUE} where there is none. */
  long latestBefore(long offset) {
    if (offset == 0) {
      return Long.MIN_VALUE;
    }
    return places.stream()
        .filter(place -> place.offset() >= offset - 1)
        .findFirst()
        .map(Place::latest)
        .orElse(latest);
  }
}
