package io.millrace.transformer.online;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Feast's answer: one result for each name, the columns of the request first, and in it one item
 * for each row.
 */
record OnlineResponse(Metadata metadata, List<Column> results) {

  record Metadata(@JsonProperty("feature_names") List<String> featureNames) {}

  /** Lists of one length; a value is null unless its status is PRESENT. */
  record Column(
      List<? extends @Nullable Object> values,
      List<String> statuses,
      @JsonProperty("event_timestamps") List<String> eventTimestamps) {}

  /** Collects the items of one column. */
  static final class ColumnBuilder {
    private final List<@Nullable Object> values = new ArrayList<>();
    private final List<String> statuses = new ArrayList<>();
    private final List<String> times = new ArrayList<>();

    void add(@Nullable Object value, String status, String time) {
      values.add(value);
      statuses.add(status);
      times.add(time);
    }

    Column build() {
      return new Column(Collections.unmodifiableList(values), statuses, times);
    }
  }
}
