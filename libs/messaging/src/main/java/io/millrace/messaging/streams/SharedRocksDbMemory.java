package io.millrace.messaging.streams;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * All stores of the process live in one cache, indexes, filters and what is not yet on disk
 * included; by default each store of each partition has one of 50 MiB, and up to three memtables of
 * 16 MiB besides (Kafka Streams' documentation, "Memory management").
 */
public final class SharedRocksDbMemory implements RocksDBConfigSetter {
  /** In an application's properties: bytes for all applications; the first one's count. */
  static final String BYTES = "millrace.rocksdb.bytes";

  /** Of the whole: what is not yet on disk. */
  private static final int WRITE_SHARE = 2;

  /** Kept for indexes and filters, without which each read would go to the disk. */
  private static final double INDEX_SHARE = 0.1;

  /** What a store takes with its first record: 1 MiB by default, and there may be a hundred. */
  private static final int ARENA_BYTES = 64 << 10;

  private static final int ALL_SHARDS_AS_ROCKSDB_LIKES = -1;

  private record Memory(Cache cache, WriteBufferManager writes) {}

  private static volatile @Nullable Memory memory;

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    Memory shared = memory((Long) Objects.requireNonNull(configs.get(BYTES), BYTES));
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(shared.cache());
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(shared.writes());
    options.setArenaBlockSize(ARENA_BYTES);
  }

  private static synchronized Memory memory(long bytes) {
    Memory shared = memory;
    if (shared == null) {
      RocksDB.loadLibrary();
      Cache cache = new LRUCache(bytes, ALL_SHARDS_AS_ROCKSDB_LIKES, false, INDEX_SHARE);
      shared = new Memory(cache, new WriteBufferManager(bytes / WRITE_SHARE, cache));
      memory = shared;
    }
    return shared;
  }

  /** They outlive every store. */
  @Override
  public void close(String store, Options options) {}

  /** What is held now; more than it was given only while much is being flushed. */
  static long usedBytes() {
    Memory shared = memory;
    return shared == null ? 0 : shared.cache().getUsage();
  }
}
