package io.millrace.monitor.judge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.monitor.windows.Group;
import io.millrace.monitor.windows.JudgeMessage.Snapshot;
import io.millrace.monitor.windows.WindowTally;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What each partition has told last of each window, in a store. */
final class PartitionCells {
  private final KeyValueStore<Bytes, byte[]> store;

  PartitionCells(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** Returns whether it tells something new. */
  boolean put(Snapshot snapshot) {
    byte[] group = snapshot.group().text().getBytes(UTF_8);
    Bytes key =
        Bytes.wrap(
            ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES + group.length)
                .put(start(snapshot.window()))
                .putInt(group.length)
                .put(group)
                .putInt(snapshot.partition())
                .array());
    if (Arrays.equals(store.get(key), snapshot.cells())) {
      return false;
    }
    store.put(key, snapshot.cells());
    return true;
  }

  /** A window, added up over the partitions; of one that is not kept, nothing. */
  WindowTally tally(long window) {
    WindowTally.Builder tally = new WindowTally.Builder();
    try (KeyValueIterator<Bytes, byte[]> range = range(window)) {
      while (range.hasNext()) {
        var entry = range.next();
        ByteBuffer key = ByteBuffer.wrap(entry.key.get()).position(Long.BYTES);
        byte[] group = new byte[key.getInt()];
        key.get(group);
        tally.add(Group.of(new String(group, UTF_8)), entry.value);
      }
    }
    return tally.build();
  }

  SortedSet<Long> windows() {
    SortedSet<Long> windows = new TreeSet<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> windows.add(ByteBuffer.wrap(entry.key.get()).getLong() ^ Long.MIN_VALUE));
    }
    return windows;
  }

  void drop(long window) {
    List<Bytes> keys = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> range = range(window)) {
      range.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(store::delete);
  }

  private KeyValueIterator<Bytes, byte[]> range(long window) {
    return store.range(Bytes.wrap(start(window)), Bytes.wrap(start(window + 1)));
  }

  /** Sorts as the times do, those before 1970 too. */
  private static byte[] start(long window) {
    return ByteBuffer.allocate(Long.BYTES).putLong(window ^ Long.MIN_VALUE).array();
  }
}
