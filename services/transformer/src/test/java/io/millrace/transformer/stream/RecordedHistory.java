package io.millrace.transformer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.transformer.stream.EventJoinProcessor.Source;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a test has written, in that order. */
final class RecordedHistory implements History {
  private record Arrived(Source source, ConsumerRecord<byte[], byte[]> record) {}

  private final List<Arrived> all = new ArrayList<>();
  private final long[] ends = new long[2];
  private Place first = new Place(0, 0);

  /** Returns the record's offset. */
  long add(Source source, String key, byte[] value) {
    long offset = ends[source.ordinal()]++;
    all.add(
        new Arrived(
            source, new ConsumerRecord<>(source.name(), 0, offset, key.getBytes(UTF_8), value)));
    return offset;
  }

  Place end() {
    return new Place(ends[0], ends[1]);
  }

  /** What stands before a place is not kept any more. */
  void drop(Place place) {
    first = place;
  }

  @Override
  public Place committed(int partition) {
    return end();
  }

  @Override
  public void read(int partition, Place end, Reader reader) throws InterruptedException {
    reader.begin(first);
    for (Arrived one : List.copyOf(all)) {
      long offset = one.record().offset();
      if (offset >= first.of(one.source()) && offset < end.of(one.source())) {
        reader.take(one.source(), one.record());
      }
    }
  }
}
