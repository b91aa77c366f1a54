package io.millrace.serving.online;

import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.features.FeatureState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How windowed features were come by, as V2's parameters can say it: {@code <feature>.status} and
 * {@code <feature>.age_ms}, texts with one item for each row, parted by commas; no item where a
 * value has no age.
 */
final class FeatureParameters {
  private FeatureParameters() {}

  static Map<String, Object> of(FeatureRows rows) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    rows.states()
        .forEach(
            (feature, states) -> {
              parameters.put(
                  feature + ".status",
                  states.stream().map(FeatureState::status).collect(Collectors.joining(",")));
              parameters.put(
                  feature + ".age_ms",
                  states.stream()
                      .map(
                          state ->
                              state.ageMillis().isPresent()
                                  ? String.valueOf(state.ageMillis().getAsLong())
                                  : "")
                      .collect(Collectors.joining(",")));
            });
    return parameters;
  }
}
