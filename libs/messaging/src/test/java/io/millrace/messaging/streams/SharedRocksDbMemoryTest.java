package io.millrace.messaging.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class SharedRocksDbMemoryTest {
  private static final long BYTES = 32 << 20;
  private static final int STORES = 16;
  private static final int MIB_EACH = 8;

  /** As many as four partitions of four stores; by default each would keep all in memory. */
  @Test
  void shouldHoldWhatAllStoresTogetherMayHold(@TempDir Path folder) throws Exception {
    List<RocksDB> stores = new ArrayList<>();
    List<Options> all = new ArrayList<>();
    try {
      for (int i = 0; i < STORES; i++) {
        Options options = new Options().setCreateIfMissing(true).setWriteBufferSize(16 << 20);
        options.setTableFormatConfig(new BlockBasedTableConfig());
        new SharedRocksDbMemory()
            .setConfig("store", options, Map.of(SharedRocksDbMemory.BYTES, BYTES));
        all.add(options);
        stores.add(RocksDB.open(options, folder.resolve("store-" + i).toString()));
      }
      Random random = new Random(1);
      byte[] value = new byte[1024];
      for (int i = 0; i < MIB_EACH * 1024; i++) {
        random.nextBytes(value);
        for (RocksDB store : stores) {
          store.put(Integer.toString(i).getBytes(UTF_8), value);
        }
      }

      // flushed in the background, and by default never
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while ((SharedRocksDbMemory.usedBytes() >= BYTES + BYTES / 4 || memtables(stores) >= BYTES)
          && System.nanoTime() < deadline) {
        Thread.sleep(50);
      }
      assertThat(memtables(stores)).isPositive().isLessThan(BYTES);
      assertThat(SharedRocksDbMemory.usedBytes()).isPositive().isLessThan(BYTES + BYTES / 4);
      assertThat(stores.getFirst().get("1".getBytes(UTF_8))).hasSize(1024);
    } finally {
      stores.forEach(RocksDB::close);
      all.forEach(Options::close);
    }
  }

  private static long memtables(List<RocksDB> stores) throws RocksDBException {
    long bytes = 0;
    for (RocksDB store : stores) {
      bytes += store.getLongProperty("rocksdb.cur-size-all-mem-tables");
    }
    return bytes;
  }
}
