package io.millrace.local.retention;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** What the transformer tells of a pipeline's files, as lines. */
final class RetentionTable {
  private static final String ROW = "%-12s %-28s %10s %12s";
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private RetentionTable() {}

  static List<String> lines(JsonNode told) {
    List<String> lines = new ArrayList<>();
    lines.add("%s keeps %s".formatted(told.path("pipeline").asText(), kept(told)));
    lines.add(ROW.formatted("folder", "why", "files", "bytes"));
    boolean done = told.path("done").asBoolean();
    told.path("folders")
        .properties()
        .forEach(
            folder -> {
              folder
                  .getValue()
                  .path("kept")
                  .properties()
                  .forEach(
                      why -> row(lines, folder.getKey(), reason(why.getKey()), why.getValue()));
              row(
                  lines,
                  folder.getKey(),
                  "put lately, stays for now",
                  folder.getValue().path("young"));
              row(
                  lines,
                  folder.getKey(),
                  done ? "nothing, gone" : "nothing, would go",
                  folder.getValue().path("goes"));
            });
    if (told.path("held").asBoolean()) {
      lines.add("a run is open: nothing goes until it has ended");
    }
    return lines;
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
