package io.millrace.validator.topology;

import static io.millrace.validator.FlightsBroker.PARTITIONS;

import io.millrace.validator.Flights;
import io.millrace.validator.FlightsBroker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;

/**
 * Departures and arrivals, some twice and some invalid: each partition in order of time, the
 * partitions interleaved at random, with truthful watermarks for those that lag behind.
 */
final class RandomReplay {
  private static final int IDS = 3000;

  private final FlightsBroker broker;
  private final Random random;
  private final long start;
  private final List<Partition> partitions = new ArrayList<>();
  private final Map<String, List<String>> valid = new HashMap<>();
  private final List<String> invalid = new ArrayList<>();
  private int size;

  private record Event(long time, byte[] value) {}

  private record Partition(String stream, int number, Queue<Event> events) {}

  RandomReplay(FlightsBroker broker, Random random, long start) {
    this.broker = broker;
    this.random = random;
    this.start = start;
    for (String stream : List.of("departures", "arrivals")) {
      List<Partition> ofStream = new ArrayList<>();
      for (int number = 0; number < PARTITIONS; number++) {
        ofStream.add(new Partition(stream, number, new ArrayDeque<>()));
      }
      plan(stream, ofStream);
      partitions.addAll(ofStream);
    }
    invalid.sort(null);
  }

  private void plan(String stream, List<Partition> ofStream) {
    List<String> good = new ArrayList<>();
    for (int id = 0; id < IDS; id++) {
      boolean isGood = random.nextInt(50) != 0;
      (isGood ? good : invalid).add(Integer.toString(id));
      Event event = new Event(start + id, value(stream, id, start + id, isGood));
      for (int times = random.nextInt(4) == 0 ? 2 : 1; times > 0; times--) {
        ofStream.get(random.nextInt(PARTITIONS)).events().add(event);
        size++;
      }
    }
    good.sort(null);
    valid.put(stream, good);
  }

  private static byte[] value(String stream, long id, long micros, boolean good) {
    return stream.equals("departures")
        ? Flights.departure(id, micros, "JFK", good ? 300L : 0L)
        : Flights.arrival(id, micros, good ? 3L : 5000L);
  }

  /** Sends as many events, or all that are left. */
  void send(int count) {
    int left = count;
    while (left > 0 && partitions.stream().anyMatch(p -> !p.events().isEmpty())) {
      Partition partition = partitions.get(random.nextInt(partitions.size()));
      for (int run = random.nextInt(200); run > 0 && !partition.events().isEmpty(); run--) {
        broker.send(partition.stream(), partition.number(), partition.events().remove().value());
        left--;
      }
    }
  }

  /** Tells every partition how far it is: just before its next event, or at the end. */
  void mark() {
    for (Partition partition : partitions) {
      Event next = partition.events().peek();
      broker.mark(partition.stream(), partition.number(), next == null ? end() : next.time() - 1);
    }
  }

  int size() {
    return size;
  }

  /** The last watermark of each partition. */
  long end() {
    return start + IDS;
  }

  List<String> valid(String stream) {
    return Objects.requireNonNull(valid.get(stream));
  }

  List<String> invalid() {
    return invalid;
  }
}
