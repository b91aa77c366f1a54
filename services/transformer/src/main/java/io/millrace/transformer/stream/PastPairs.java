package io.millrace.transformer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.limits.Limit;
import io.millrace.messaging.serde.Decoded;
import io.millrace.transformer.stream.EventJoinProcessor.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/**
 * Examples and labels of the past, joined by id as the joiner has joined them, for some series.
 * What waits for its other half does so on disk. The order of what is found follows from the
 * records alone, so that a second reading can leave out what the first has found.
 */
final class PastPairs implements History.Reader, AutoCloseable {
  private static final long BUFFER_BYTES = 8L << 20;

  /** What is found, in order. */
  sealed interface Found {
    /**
     * @param source of the later of the two
     * @param updates by entity and key
     */
    record Pair(Source source, long offset, Map<String, EntityMessage.Update> updates)
        implements Found {}

    /**
     * @param lackingTo by series the time of the latest label that may be missing
     */
    record End(Map<Long, Long> lackingTo) implements Found {}
  }

  /** Takes what is found. */
  interface Taker {
    void take(Found found) throws InterruptedException;
  }

  private final JoinPlan plan;
  private final ExampleReader exampleReader;
  private final LabelReader labelReader;
  private final History.Place done;
  private final ArrivedTimes exampleTimes;
  private final ArrivedTimes labelTimes;
  private final Taker taker;
  private final Path folder;
  private final Options options;
  private final WriteOptions writing;
  private final RocksDB waiting;

  /** For each entity which of its series are wanted. */
  private final int[][] wanted;

  private final long[][] ids;
  private final Map<Long, Long> lackingTo = new HashMap<>();
  private final Map<Integer, Boolean[][]> writtenBy = new HashMap<>();
  private History.Place first = new History.Place(0, 0);

  /**
   * @param done what was found by records before this place has been taken
   * @param folder that is emptied
   */
  PastPairs(
      JoinPlan plan,
      long[] series,
      History.Place done,
      Path folder,
      ArrivedTimes exampleTimes,
      ArrivedTimes labelTimes,
      Taker taker)
      throws IOException {
    this.plan = plan;
    this.exampleReader = plan.exampleReader();
    this.labelReader = plan.labelReader();
    this.done = done;
    this.exampleTimes = exampleTimes;
    this.labelTimes = labelTimes;
    this.taker = taker;
    this.folder = folder;
    int entities = plan.entities().size();
    this.wanted = new int[entities][];
    this.ids = new long[entities][];
    for (int i = 0; i < entities; i++) {
      long[] all = plan.seriesIds().get(i);
      wanted[i] =
          IntStream.range(0, all.length)
              .filter(j -> Arrays.stream(series).anyMatch(id -> id == all[j]))
              .toArray();
      ids[i] = Arrays.stream(wanted[i]).mapToLong(j -> all[j]).toArray();
      LongStream.of(ids[i]).forEach(id -> lackingTo.put(id, Long.MIN_VALUE));
    }
    Utils.delete(folder.toFile());
    Files.createDirectories(folder);
    this.options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(BUFFER_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION);
    this.writing = new WriteOptions().setDisableWAL(true);
    try {
      this.waiting = RocksDB.open(options, folder.toString());
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void begin(History.Place first) {
    this.first = first;
    long lost = labelTimes.latestBefore(first.labels());
    lackingTo.replaceAll((id, to) -> Math.max(to, lost));
  }

  @Override
  public void take(Source source, ConsumerRecord<byte[], byte[]> record)
      throws InterruptedException {
    if (record.key() == null || record.value() == null || isTooLong(record.key())) {
      return;
    }
    try {
      half(source, record);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  /** No task has taken such a one for an event. */
  private static boolean isTooLong(byte[] id) {
    return Limit.KEY_FIELD_CHARACTERS.isExceededBy(id.length)
        && Limit.KEY_FIELD_CHARACTERS.isExceededBy(new String(id, UTF_8).length());
  }

  private void half(Source source, ConsumerRecord<byte[], byte[]> record)
      throws RocksDBException, InterruptedException {
    if (!(decode(source, record.value()) instanceof Decoded.Value<GenericRecord> half)) {
      return;
    }
    byte[] other = waiting.get(record.key());
    if (other == null || other[0] == source.ordinal()) {
      waiting.put(writing, record.key(), with(source, record.value()));
      return;
    }
    waiting.delete(writing, record.key());
    Source waited = source == Source.EXAMPLES ? Source.LABELS : Source.EXAMPLES;
    if (decode(waited, rest(other)) instanceof Decoded.Value<GenericRecord> rest) {
      boolean isExample = source == Source.EXAMPLES;
      pair(source, record.offset(), isExample ? half : rest, isExample ? rest : half);
    }
  }

  private Decoded<GenericRecord> decode(Source source, byte[] value) {
    return source == Source.EXAMPLES ? exampleReader.decode(value) : labelReader.decode(value);
  }

  private void pair(
      Source source,
      long offset,
      Decoded.Value<GenericRecord> example,
      Decoded.Value<GenericRecord> label)
      throws InterruptedException {
    long exampleTime = exampleReader.time(example.value());
    long time = labelReader.time(label.value());
    if (time <= exampleTime || time > exampleTime + plan.keepMicros()) {
      return; // counts in no window
    }
    Object value = labelReader.label(label.value());
    Map<String, EntityMessage.Update> updates = new LinkedHashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      lack(i, example.schemaId(), label.schemaId(), time);
      String key = wanted[i].length == 0 ? null : exampleReader.entity(example.value(), i);
      if (key != null) {
        updates.put(
            plan.entities().get(i).entity() + "/" + key,
            new EntityMessage.Update(
                plan.version(), time, ids[i], values(label.value(), value, i)));
      }
    }
    if (offset >= done.of(source) && !updates.isEmpty()) {
      taker.take(new Found.Pair(source, offset, updates));
    }
  }

  private double[] values(GenericRecord label, @Nullable Object value, int entity) {
    double[] all = labelReader.values(label, value, null, entity);
    return Arrays.stream(wanted[entity]).mapToDouble(j -> all[j]).toArray();
  }

  /** What an older schema did not have was not known of these events. */
  private void lack(int entity, int exampleSchema, int labelSchema, long time) {
    boolean isNamed = has(exampleSchema, Source.EXAMPLES)[entity][0];
    Boolean[] has = has(labelSchema, Source.LABELS)[entity];
    for (int j = 0; j < ids[entity].length; j++) {
      if (!isNamed || !has[j]) {
        lackingTo.merge(ids[entity][j], time, Math::max);
      }
    }
  }

  /** By entity, and for labels by series, whether a writer's schema has what is needed of it. */
  private Boolean[][] has(int schemaId, Source source) {
    return writtenBy.computeIfAbsent(
        2 * schemaId + source.ordinal(),
        none -> {
          Boolean[][] all = new Boolean[wanted.length][];
          for (int i = 0; i < wanted.length; i++) {
            int entity = i;
            all[i] =
                source == Source.EXAMPLES
                    ? new Boolean[] {plan.hasFields(schemaId, exampleReader.fields(entity))}
                    : Arrays.stream(wanted[i])
                        .mapToObj(j -> plan.hasFields(schemaId, labelReader.fields(entity, j)))
                        .toArray(Boolean[]::new);
          }
          return all;
        });
  }

  /** All is read: a label whose example is gone may be missing. */
  void end() throws InterruptedException {
    if (first.examples() > 0) {
      long gone = exampleTimes.latestBefore(first.examples());
      long latest = gone == Long.MIN_VALUE ? gone : gone + plan.keepMicros();
      try (RocksIterator all = waiting.newIterator()) {
        for (all.seekToFirst(); all.isValid(); all.next()) {
          byte[] one = all.value();
          if (one[0] == Source.LABELS.ordinal()
              && labelReader.decode(rest(one)) instanceof Decoded.Value<GenericRecord> label) {
            long time = labelReader.time(label.value());
            if (time <= latest) {
              lackingTo.replaceAll((id, to) -> Math.max(to, time));
            }
          }
        }
      }
    }
    taker.take(new Found.End(Map.copyOf(lackingTo)));
  }

  private static byte[] with(Source source, byte[] value) {
    return ByteBuffer.allocate(1 + value.length).put((byte) source.ordinal()).put(value).array();
  }

  private static byte[] rest(byte[] waiting) {
    return Arrays.copyOfRange(waiting, 1, waiting.length);
  }

  @Override
  public void close() throws IOException {
    waiting.close();
    writing.close();
    options.close();
    Utils.delete(folder.toFile());
  }
}
