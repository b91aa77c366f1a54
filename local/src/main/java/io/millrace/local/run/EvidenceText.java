package io.millrace.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The numbers that a step gives, for a line: {@code · rows 393,569 · auc 0.7331 · parity 3.6e-07}.
 */
final class EvidenceText {
  private static final int MOST = 10;
  private static final Set<String> SHOWN_ELSEWHERE =
      Set.of(
          "share",
          "seconds",
          "skipped",
          "reason",
          "message",
          "step",
          "rubberStamp",
          "rowsOutsideWindow",
          "rowsIncomplete",
          "partsLeftOut",
          "rowsOfOtherMeaning");

  private EvidenceText() {}

  static String of(JsonNode evidence) {
    List<String> numbers = new ArrayList<>();
    add(numbers, "", evidence);
    return numbers.isEmpty()
        ? ""
        : " · " + String.join(" · ", numbers.subList(0, Math.min(MOST, numbers.size())));
  }

  /** Also those below: {@code champion version 1}, and the metrics by their own names. */
  private static void add(List<String> numbers, String prefix, JsonNode object) {
    object
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              String name = prefix + field.getKey();
              if (SHOWN_ELSEWHERE.contains(field.getKey())) {
                return;
              }
              if (value.isIntegralNumber()) {
                numbers.add(name + " " + String.format(Locale.ROOT, "%,d", value.asLong()));
              } else if (value.isNumber()) {
                numbers.add(name + " " + decimals(value.asDouble()));
              } else if (value.isBoolean() && value.asBoolean()) {
                numbers.add(name);
              } else if (value.isObject()) {
                add(numbers, field.getKey().equals("metrics") ? prefix : name + " ", value);
              }
            });
  }

  private static String decimals(double number) {
    boolean isTiny = number != 0 && Math.abs(number) < 0.001;
    return String.format(Locale.ROOT, isTiny ? "%.1e" : "%.4f", number);
  }
}
