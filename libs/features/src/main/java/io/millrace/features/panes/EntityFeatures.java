package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The windowed features of one entity, and the series that they are computed from.
 *
 * @param entity the example's field that names the entity
 * @param positions where each feature stands among all windowed features of the pipeline
 * @param seriesOf for each feature the index of its series
 */
public record EntityFeatures(
    String entity,
    List<Windowed> features,
    int[] positions,
    List<SeriesKey> series,
    int[] seriesOf) {

  /** One per entity, in the order in which the pipeline's features name them. */
  public static List<EntityFeatures> of(Pipeline pipeline) {
    Map<String, List<Integer>> byEntity = new LinkedHashMap<>();
    for (int i = 0; i < pipeline.windowed().size(); i++) {
      byEntity
          .computeIfAbsent(pipeline.windowed().get(i).entity(), name -> new ArrayList<>())
          .add(i);
    }
    List<EntityFeatures> entities = new ArrayList<>();
    byEntity.forEach(
        (entity, positions) -> {
          List<Windowed> features = positions.stream().map(pipeline.windowed()::get).toList();
          List<SeriesKey> series =
              List.copyOf(
                  new LinkedHashSet<>(features.stream().map(EntityFeatures::seriesOf).toList()));
          entities.add(
              new EntityFeatures(
                  entity,
                  features,
                  positions.stream().mapToInt(Integer::intValue).toArray(),
                  series,
                  features.stream().mapToInt(f -> series.indexOf(seriesOf(f))).toArray()));
        });
    return List.copyOf(entities);
  }

  /** The event time that must have passed before the features as of {@code time} are known. */
  public long readyAt(long time) {
    long latest = Long.MIN_VALUE;
    for (SeriesKey key : series) {
      latest = Math.max(latest, boundary(time, key.paneMicros()));
    }
    return latest;
  }

  /** How far behind the watermark panes are still needed, in microseconds. */
  public long reachMicros(long latenessMicros) {
    long longest = 0;
    for (Windowed feature : features) {
      longest = Math.max(longest, feature.windowMicros() + feature.paneMicros());
    }
    return longest + latenessMicros;
  }

  /** ⌊t⌋: the last pane boundary at or before a time. */
  static long boundary(long time, long pane) {
    return Math.floorDiv(time, pane) * pane;
  }

  private static SeriesKey seriesOf(Windowed feature) {
    return new SeriesKey(feature.field(), feature.paneMicros());
  }
}
