package io.millrace.validator.counts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;

/** The counts of all local tasks together. */
public final class Counts {
  private final Map<String, Long> records = new LinkedHashMap<>();
  private final Map<String, Long> misplaced = new TreeMap<>();
  private final Map<String, Long> ahead = new TreeMap<>();
  private final Map<String, Long> quarantined = new TreeMap<>();
  private final Map<String, Map<String, Long>> quarantinedFields = new TreeMap<>();
  private final Map<String, Long> others = new TreeMap<>();

  /**
   * @param streams in the order of the pipeline file; each is shown, if only as zero
   */
  public Counts(List<String> streams) {
    streams.forEach(stream -> records.put(stream, 0L));
  }

  /** Adds one stored entry of one task. */
  public void add(KeyValue<String, Long> stored) {
    Counter counter = Counter.ofKey(stored.key);
    switch (counter.name()) {
      case Counter.RECORDS -> records.merge(counter.detail(), stored.value, Long::sum);
      case Counter.MISPLACED -> misplaced.merge(counter.detail(), stored.value, Long::sum);
      case Counter.AHEAD -> ahead.merge(counter.detail(), stored.value, Long::sum);
      case Counter.QUARANTINED -> quarantined.merge(counter.detail(), stored.value, Long::sum);
      case Counter.QUARANTINED_FIELD -> {
        String[] codeAndField = counter.detail().split("/", 2);
        quarantinedFields
            .computeIfAbsent(codeAndField[0], code -> new TreeMap<>())
            .merge(codeAndField[1], stored.value, Long::sum);
      }
      default -> others.merge(counter.name(), stored.value, Long::sum);
    }
  }

  /** Ids that are remembered against repeats. */
  public long rememberedIds() {
    return of(Counter.REMEMBERED_IDS);
  }

  /** Records of a stream that stand in another partition than Kafka's partitioner gives them. */
  public long misplaced(String stream) {
    return misplaced.getOrDefault(stream, 0L);
  }

  /** As {@code GET /v1/pipelines/{name}} shows them. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("records", records);
    json.put("misplaced", misplaced);
    json.put("ahead", ahead);
    json.put("examples", of(Counter.EXAMPLES));
    json.put("labels", of(Counter.LABELS));
    json.put("quarantined", quarantined);
    json.put("quarantinedFields", quarantinedFields);
    json.put("duplicates", of(Counter.DUPLICATES));
    return json;
  }

  private long of(Counter counter) {
    return others.getOrDefault(counter.name(), 0L);
  }
}
