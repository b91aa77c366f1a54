package io.millrace.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The thresholds of a verdict, a line each: {@code auc >= 0.65: passed, 0.7331}. */
final class ChecksText {
  private ChecksText() {}

  static List<String> of(JsonNode evidence) {
    return Stream.concat(
            all(evidence.path("shortages")).map(ChecksText::shortage),
            all(evidence.path("checks")).map(ChecksText::line))
        .toList();
  }

  private static Stream<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String shortage(JsonNode shortage) {
    return "  %s >= %s: failed, %s"
        .formatted(
            text(shortage.path("of")), text(shortage.path("least")), text(shortage.path("rows")));
  }

  private static String line(JsonNode check) {
    List<String> words = new ArrayList<>(List.of("  " + check.path("metric").asText()));
    check.path("slice").properties().forEach(f -> words.add(f.getKey() + "=" + text(f.getValue())));
    if (check.has("lowerBound")) {
      words.add(">= " + text(check.get("lowerBound")));
    }
    if (check.has("upperBound")) {
      words.add("<= " + text(check.get("upperBound")));
    }
    if (check.has("change")) {
      words.add("against the champion");
    }
    List<String> outcome = new ArrayList<>(List.of(check.path("outcome").asText()));
    if (check.has("candidate")) {
      outcome.add(text(check.get("candidate")));
    }
    if (check.has("champion")) {
      outcome.add("champion " + text(check.get("champion")));
    }
    if (check.has("message")) {
      outcome.add(check.get("message").asText());
    }
    return String.join(" ", words) + ": " + String.join(", ", outcome);
  }

  private static String text(JsonNode value) {
    return value.isFloatingPointNumber()
        ? String.format(Locale.ROOT, "%.4f", value.asDouble())
        : value.asText();
  }
}
