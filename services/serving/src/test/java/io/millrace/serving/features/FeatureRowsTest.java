package io.millrace.serving.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.serde.KeptValues;
import io.millrace.serving.Flights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Vectors of one file, for a model that was trained by another. */
class FeatureRowsTest {
  private static final Pipeline TRAINED = file(15);
  private static final Pipeline RUNNING = file(30);
  private static final String SHARE = "origin_late_1h";

  private final FeaturePlan plan = new FeaturePlan(TRAINED);

  @Test
  void shouldTakeWhatARowBringsAlong() {
    FeatureRows rows = rows(origin(Optional.of(TRAINED), 0.75), origin(Optional.of(TRAINED), null));

    assertThat(rows.column(SHARE)).containsExactly(0.75, null);
    assertThat(rows.states().get(SHARE))
        .extracting(FeatureState::status)
        .containsExactly("PRESENT", "NULL_VALUE");
    assertThat(rows.lacksMeaning(0, List.of(SHARE))).isFalse();
    assertThat(rows.lacksMeaning(1, List.of(SHARE))).isFalse();
  }

  @Test
  void shouldLackWhatARowDoesNotBringAlongOrBringsOfAnotherFile() {
    FeatureRows rows =
        rows(
            new RowOrigin(Optional.of(RUNNING), Optional.empty()),
            origin(Optional.of(file(60)), 0.75));

    assertThat(rows.column(SHARE)).containsExactly(null, null);
    assertThat(rows.lacksMeaning(0, List.of(SHARE))).isTrue();
    assertThat(rows.lacksMeaning(1, List.of(SHARE))).isTrue();
  }

  @Test
  void shouldLeaveWhatBothMeanAlike() {
    FeatureRows rows = rows(origin(Optional.of(TRAINED), 0.75), origin(Optional.of(TRAINED), 0.5));

    assertThat(rows.column("origin_delay_1h")).containsExactly(11.0, 12.0);
  }

  private static Pipeline file(int minutes) {
    String delay = "origin_delay_1h: {entity: origin, over: labels, mean: delay_minutes,";
    String late =
        "origin_late_1h: {entity: origin, over: labels, mean: late, window: 1h, pane: 5m}";
    return Flights.pipeline(
        Flights.YAML
            .replace("delay_minutes > 15", "delay_minutes > " + minutes)
            .replace(delay, late + "\n      " + delay));
  }

  private FeatureRows rows(RowOrigin first, RowOrigin second) {
    Map<String, @Nullable Object[]> columns = new LinkedHashMap<>();
    columns.put(SHARE, new Object[] {0.25, 0.25});
    columns.put("origin_delay_1h", new Object[] {11.0, 12.0});
    return new FeatureRows(2, columns, Map.of(), List.of(OptionalLong.of(0), OptionalLong.of(0)))
        .asMeantBy(plan, List.of(first, second));
  }

  private static RowOrigin origin(Optional<Pipeline> by, @Nullable Double share) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put(SHARE, share);
    return new RowOrigin(
        Optional.of(RUNNING),
        by.map(file -> new RowOrigin.Kept(file, new KeptValues(1, false, values))));
  }
}
