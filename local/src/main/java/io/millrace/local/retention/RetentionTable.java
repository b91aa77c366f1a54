package io.millrace.local.retention;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * What the transformer tells of the files of one pipeline, or of all, as lines.
 *
 * @param told its answer
 */
record RetentionTable(JsonNode told) {
  private static final String ROW = "%-12s %-28s %10s %12s";
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  /** Whether the files of a pipeline could not be looked at, or not all of them. */
  boolean hasFailed() {
    return !told.path("failed").isEmpty();
  }

  /** Whether nothing of a pipeline goes, for a reason that is told. */
  boolean isHeld() {
    return !told.path("held").isEmpty()
        || pipelines().stream().anyMatch(pipeline -> !pipeline.path("held").isEmpty());
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (JsonNode pipeline : pipelines()) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      add(lines, pipeline);
    }
    told.path("failed")
        .forEach(
            failed ->
                lines.add(
                    "%s failed: %s: %s"
                        .formatted(
                            failed.path("pipeline").asText(),
                            failed.path("code").asText(),
                            failed.path("message").asText())));
    if (told.has("pipelines")) {
      addHeld(lines, told);
    }
    return lines;
  }

  private List<JsonNode> pipelines() {
    if (!told.has("pipelines")) {
      return List.of(told);
    }
    List<JsonNode> pipelines = new ArrayList<>();
    told.path("pipelines").forEach(pipelines::add);
    return pipelines;
  }

  private static void add(List<String> lines, JsonNode told) {
    lines.add("%s keeps %s".formatted(told.path("pipeline").asText(), kept(told)));
    lines.add(ROW.formatted("folder", "why", "files", "bytes"));
    told.path("folders")
        .properties()
        .forEach(folder -> add(lines, folder.getKey(), folder.getValue()));
    addHeld(lines, told);
  }

  private static void add(List<String> lines, String folder, JsonNode counts) {
    counts
        .path("kept")
        .properties()
        .forEach(why -> row(lines, folder, reason(why.getKey()), why.getValue()));
    row(lines, folder, "put lately, stays for now", counts.path("young"));
    row(lines, folder, "nothing, would go", counts.path("goes"));
    row(lines, folder, "nothing, gone", counts.path("gone"));
  }

  private static void addHeld(List<String> lines, JsonNode told) {
    told.path("held")
        .forEach(
            hold ->
                lines.add(
                    "nothing goes for now: %s: %s"
                        .formatted(hold.path("code").asText(), hold.path("reason").asText())));
  }

  private static String kept(JsonNode told) {
    StringJoiner kept = new StringJoiner(", ");
    told.path("retention")
        .properties()
        .forEach(each -> kept.add(each.getKey() + " " + time(each.getValue().asText())));
    return kept.toString();
  }

  private static String time(String text) {
    if (!text.startsWith("P")) {
      return text;
    }
    Duration time = Duration.parse(text);
    return time.equals(Duration.ofDays(time.toDays()))
        ? time.toDays() + "d"
        : text.substring(2).toLowerCase(Locale.ROOT);
  }

  private static String reason(String why) {
    return switch (why) {
      case "announced" -> "its rows count";
      case "live" -> "the version is or was live";
      case "manifest" -> "a kept manifest names it";
      case "recent" -> "made in the time kept";
      default -> why; // of a newer Millrace
    };
  }

  private static void row(List<String> lines, String folder, String why, JsonNode count) {
    if (count.path("files").asLong() > 0) {
      lines.add(
          ROW.formatted(
              folder,
              why,
              "%,d".formatted(count.path("files").asLong()),
              size(count.path("bytes").asLong())));
    }
  }

  private static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : "%.1f %s".formatted(size, UNITS[unit]);
  }
}
