package io.millrace.messaging.parts;

/**
 * What is counted of parts, by a hash of their names: open addressing, so that a part takes five
 * numbers and no objects.
 */
final class PartTable {
  private static final int NUMBERS = 5;
  private static final int VERSION = 1;
  private static final int ROWS = 2;
  private static final int FROM = 3;
  private static final int TO = 4;
  private static final int LEAST = 64;

  /** Of each slot the hash, which is never 0 where there is a part, and what is counted. */
  private long[] slots = new long[LEAST * NUMBERS];

  private int size;
  private long rows;

  int size() {
    return size;
  }

  long rows() {
    return rows;
  }

  /**
   * Takes a part, unless it has this version or a higher one.
   *
   * @param from the earliest event time, in microseconds
   * @param to the latest
   */
  boolean put(String name, int version, long partRows, long from, long to) {
    if ((size + 1) * 4L > capacity() * 3L) {
      resize(capacity() * 2);
    }
    long hash = hash(name);
    int at = find(hash);
    if (slots[at] == 0) {
      size++;
    } else if (slots[at + VERSION] >= version) {
      return false;
    } else {
      rows -= slots[at + ROWS];
    }
    rows += partRows;
    set(at, hash, version, partRows, from, to);
    return true;
  }

  /** Whether it was there in this version or a lower one. */
  boolean remove(String name, int version) {
    int at = find(hash(name));
    if (slots[at] == 0 || slots[at + VERSION] > version) {
      return false;
    }
    size--;
    rows -= slots[at + ROWS];
    close(at);
    if (capacity() > LEAST && size * 8L < capacity()) {
      resize(capacity() / 2);
    }
    return true;
  }

  /** About how many rows are of a time or a later one. */
  double rowsSince(long time) {
    double sum = 0;
    for (int at = 0; at < slots.length; at += NUMBERS) {
      long from = slots[at + FROM];
      long to = slots[at + TO];
      if (slots[at] == 0 || to < time) {
        continue;
      }
      sum +=
          from >= time
              ? slots[at + ROWS]
              : slots[at + ROWS] * ((double) (to - time) / ((double) to - from));
    }
    return sum;
  }

  private int capacity() {
    return slots.length / NUMBERS;
  }

  /** Where a part stands, or would. */
  private int find(long hash) {
    int at = home(hash);
    while (slots[at] != 0 && slots[at] != hash) {
      at = next(at);
    }
    return at;
  }

  private int home(long hash) {
    return (int) (hash & (capacity() - 1)) * NUMBERS;
  }

  private int next(int at) {
    return at + NUMBERS == slots.length ? 0 : at + NUMBERS;
  }

  /** Moves those behind a gap up that would no longer be found (Knuth, volume 3, 6.4, R). */
  private void close(int gap) {
    int free = gap;
    for (int at = next(gap); slots[at] != 0; at = next(at)) {
      int home = home(slots[at]);
      boolean isBetween = free <= at ? free < home && home <= at : free < home || home <= at;
      if (!isBetween) {
        System.arraycopy(slots, at, slots, free, NUMBERS);
        free = at;
      }
    }
    slots[free] = 0;
  }

  private void resize(int capacity) {
    long[] old = slots;
    slots = new long[capacity * NUMBERS];
    for (int at = 0; at < old.length; at += NUMBERS) {
      if (old[at] != 0) {
        System.arraycopy(old, at, slots, find(old[at]), NUMBERS);
      }
    }
  }

  private void set(int at, long hash, int version, long partRows, long from, long to) {
    slots[at] = hash;
    slots[at + VERSION] = version;
    slots[at + ROWS] = partRows;
    slots[at + FROM] = from;
    slots[at + TO] = to;
  }

  /** FNV-1a of 64 bits, mixed at the end; of a million names two are alike once in 40 million. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    return hash == 0 ? 1 : hash;
  }
}
