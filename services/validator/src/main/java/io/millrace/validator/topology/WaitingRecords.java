package io.millrace.validator.topology;

import io.millrace.validator.messages.Waiting;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The records of one stream's partition that wait for their schema, in the order they came. */
final class WaitingRecords {
  /** Records tried in one go: a transaction has to end in time. */
  private static final int SLICE = 1000;

  private final int stream;
  private final KeyValueStore<byte[], byte[]> store;
  private long size;

  WaitingRecords(int stream, KeyValueStore<byte[], byte[]> store) {
    this.stream = stream;
    this.store = store;
    try (KeyValueIterator<byte[], byte[]> all = all()) {
      all.forEachRemaining(entry -> size++);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(Waiting waiting) {
    store.put(key(waiting.origin().offset()), waiting.toBytes());
    size++;
  }

  /** Takes out the records that a try is through with, up to the first that has to wait on. */
  void retry(Predicate<Waiting> attempt) {
    List<KeyValue<byte[], byte[]>> slice = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = all()) {
      while (all.hasNext() && slice.size() < SLICE) {
        slice.add(all.next());
      }
    }
    for (KeyValue<byte[], byte[]> entry : slice) {
      if (!attempt.test(Waiting.fromBytes(entry.value))) {
        return;
      }
      store.delete(entry.key);
      size--;
    }
  }

  private KeyValueIterator<byte[], byte[]> all() {
    return store.range(key(0), key(Long.MAX_VALUE));
  }

  private byte[] key(long offset) {
    return ByteBuffer.allocate(1 + Long.BYTES).put((byte) stream).putLong(offset).array();
  }
}
