package io.millrace.ingest.removal;

import io.millrace.contracts.pipeline.Purge;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.control.ExclusiveWriter;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.topics.TopicReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What the control topics say of a pipeline. */
record FactLog(KafkaClients kafka, Belongings belongings) {
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final int AT_ONCE = 1_000;

  private record Place(int partition, ByteBuffer key) {}

  /** The topics whose facts go; that of the versions is not among them. */
  static List<ControlTopic<?>> topics(Purge purge) {
    List<ControlTopic<?>> topics =
        new ArrayList<>(List.of(ControlTopic.ALERTS, ControlTopic.METRICS, ControlTopic.DRIFT));
    if (!purge.keepsData()) {
      topics.add(ControlTopic.DATASETS);
      topics.add(ControlTopic.RUNS);
    }
    if (!purge.keepsModels()) {
      topics.add(ControlTopic.MODELS);
    }
    return topics;
  }

  /** How many facts there are. */
  int count(ControlTopic<?> topic) {
    return places(topic, Set.of()).size();
  }

  /**
   * Takes back all that was said, so that whoever has read it forgets it.
   *
   * @param since the version from which on facts count again
   * @return how many facts there were
   */
  int takeBack(ControlTopic<?> topic, ExclusiveWriter writer, int since) {
    List<Place> places = List.copyOf(places(topic, Set.of()));
    takeBack(topic, places, writer, since);
    return places.size();
  }

  /** Takes back all versions but one, which is said to be the last. */
  void takeBackVersions(ExclusiveWriter writer, String but, int since) {
    List<Place> places = List.copyOf(places(ControlTopic.PIPELINES, Set.of(but)));
    takeBack(ControlTopic.PIPELINES, places, writer, since);
  }

  /**
   * Takes back what says that it is of an earlier life, as the deletions of single facts: what was
   * said of this one stays.
   *
   * @return how many facts there were
   */
  int takeBackLate(ControlTopic<?> topic, int since) {
    Set<Place> late = new LinkedHashSet<>();
    new TopicReader(kafka, PATIENCE)
        .read(
            topic.name(),
            record -> {
              if (belongings.hasFact(record.key())) {
                Place place = new Place(record.partition(), ByteBuffer.wrap(record.key()));
                if (record.value() != null
                    && VersionHeader.read(record.headers()).orElse(since) < since) {
                  late.add(place);
                } else {
                  late.remove(place);
                }
              }
            });
    if (late.isEmpty()) {
      return 0;
    }
    try (Producer<byte[], byte[]> producer = kafka.producer(Map.of())) {
      late.forEach(
          place ->
              producer.send(
                  new ProducerRecord<>(
                      topic.name(), place.partition(), place.key().array(), null)));
      producer.flush();
    }
    return late.size();
  }

  private static void takeBack(
      ControlTopic<?> topic, List<Place> places, ExclusiveWriter writer, int since) {
    for (int from = 0; from < places.size(); from += AT_ONCE) {
      List<ProducerRecord<byte[], byte[]>> records =
          places.subList(from, Math.min(places.size(), from + AT_ONCE)).stream()
              .map(
                  place ->
                      ControlRecords.purged(
                          topic.name(), place.partition(), place.key().array(), since))
              .toList();
      writer.write(records);
    }
  }

  /** Where a fact stands, be it none that can be read; in the partition in which it was said. */
  private Set<Place> places(ControlTopic<?> topic, Set<String> but) {
    Set<Place> places = new LinkedHashSet<>();
    new TopicReader(kafka, PATIENCE)
        .read(
            topic.name(),
            record -> {
              if (belongings.hasFact(record.key())
                  && !but.contains(
                      new String(record.key(), java.nio.charset.StandardCharsets.UTF_8))) {
                Place place = new Place(record.partition(), ByteBuffer.wrap(record.key()));
                if (record.value() == null) {
                  places.remove(place);
                } else {
                  places.add(place);
                }
              }
            });
    return places;
  }
}
