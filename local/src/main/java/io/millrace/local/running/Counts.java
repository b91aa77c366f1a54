package io.millrace.local.running;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Service;
import io.millrace.local.terminal.CommandFailedException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts as the instances of a service tell them, summed: each instance counts what its own
 * partitions have seen.
 *
 * @param numbers by path, such as {@code records.departures}
 */
public record Counts(Map<String, Long> numbers) {
  public Counts {
    numbers = new TreeMap<>(numbers);
  }

  public static Counts none() {
    return new Counts(Map.of());
  }

  /**
   * What all instances of a service count.
   *
   * @throws CommandFailedException when one of them does not answer, or does not run the pipeline
   */
  public static Counts of(RunningSystem system, Service service, String pipeline) {
    Counts counts = none();
    for (URI instance : system.instances(service)) {
      JsonNode told = new PipelineApi(instance).get(pipeline).body().path("counts");
      if (told.isMissingNode()) {
        throw new CommandFailedException(instance + " does not run the pipeline " + pipeline);
      }
      counts = counts.plus(told);
    }
    return counts;
  }

  /** These and those of one more instance. */
  public Counts plus(JsonNode counts) {
    Map<String, Long> sum = new TreeMap<>(numbers);
    add(sum, "", counts);
    return new Counts(sum);
  }

  public long get(String path) {
    return numbers.getOrDefault(path, 0L);
  }

  /** The members of an object, such as {@code quarantined}. */
  public Map<String, Long> below(String path) {
    Map<String, Long> members = new TreeMap<>();
    numbers.forEach(
        (key, count) -> {
          if (key.startsWith(path + ".")) {
            members.put(key.substring(path.length() + 1), count);
          }
        });
    return members;
  }

  private static void add(Map<String, Long> sum, String path, JsonNode node) {
    if (node.isNumber()) {
      sum.merge(path, node.longValue(), Long::sum);
    }
    node.properties()
        .forEach(
            member ->
                add(
                    sum,
                    path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                    member.getValue()));
  }
}
