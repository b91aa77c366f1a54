package io.millrace.testkit.oracle;

import io.millrace.contracts.pipeline.Windowed;
import io.millrace.local.reconcile.Duck;

/**
 * A windowed feature as SQL.
 *
 * @param value an expression over the columns of the label relation, DOUBLE or castable to it
 */
public record WindowedSql(Windowed feature, String value) {
  String name() {
    return Duck.name(feature.name());
  }

  String entity() {
    return Duck.name(feature.entity());
  }

  /** The last pane boundary at or before a time, also before 1970. */
  String boundary(String time) {
    return "(%1$s - ((%1$s %% %2$d) + %2$d) %% %2$d)".formatted(time, feature.paneMicros());
  }

  /** The first pane boundary at or after a time. */
  String paneEnd(String time) {
    return "-" + boundary("(-" + time + ")");
  }

  String aggregateOfPanes() {
    return switch (feature.aggregate()) {
      case COUNT -> "coalesce(sum(n), 0)::BIGINT";
      case SUM -> "sum(total)";
      case MEAN -> "sum(total) / sum(n)";
      case MIN -> "min(low)";
      case MAX -> "max(high)";
    };
  }

  String aggregateOfValues() {
    return switch (feature.aggregate()) {
      case COUNT -> "count(v)";
      case SUM -> "sum(v)";
      case MEAN -> "sum(v) / count(v)";
      case MIN -> "min(v)";
      case MAX -> "max(v)";
    };
  }
}
