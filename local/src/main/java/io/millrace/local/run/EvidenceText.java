package io.millrace.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The numbers that a step gives, for a line: {@code · rows 393,569 · auc 0.7331}. */
final class EvidenceText {
  private static final int MOST = 10;
  private static final Set<String> SHOWN_ELSEWHERE =
      Set.of("share", "seconds", "skipped", "reason", "message", "step");

  private EvidenceText() {}

  static String of(JsonNode evidence) {
    List<String> numbers = new ArrayList<>();
    add(numbers, evidence);
    return numbers.isEmpty()
        ? ""
        : " · " + String.join(" · ", numbers.subList(0, Math.min(MOST, numbers.size())));
  }

  /** Also those one level down, such as the metrics. */
  private static void add(List<String> numbers, JsonNode object) {
    object
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (SHOWN_ELSEWHERE.contains(field.getKey())) {
                return;
              }
              if (value.isIntegralNumber()) {
                numbers.add(
                    field.getKey() + " " + String.format(Locale.ROOT, "%,d", value.asLong()));
              } else if (value.isNumber()) {
                numbers.add(
                    field.getKey() + " " + String.format(Locale.ROOT, "%.4f", value.asDouble()));
              } else if (value.isBoolean() && value.asBoolean()) {
                numbers.add(field.getKey());
              } else if (value.isObject()) {
                add(numbers, value);
              }
            });
  }
}
