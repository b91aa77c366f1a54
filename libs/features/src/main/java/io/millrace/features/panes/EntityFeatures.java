package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The windowed features of a pipeline that hang on one entity, and the panes that they need. */
public final class EntityFeatures {
  private final String entity;
  private final List<Windowed> features;
  private final List<SeriesKey> series;
  private final List<Integer> positions;
  private final int[] seriesOf;
  private final long longestWindow;

  private EntityFeatures(String entity, List<Windowed> all) {
    this.entity = entity;
    this.positions =
        java.util.stream.IntStream.range(0, all.size())
            .filter(i -> all.get(i).entity().equals(entity))
            .boxed()
            .toList();
    this.features = positions.stream().map(all::get).toList();
    this.series =
        List.copyOf(new LinkedHashSet<>(features.stream().map(EntityFeatures::key).toList()));
    this.seriesOf = features.stream().mapToInt(f -> series.indexOf(key(f))).toArray();
    this.longestWindow = features.stream().mapToLong(EntityFeatures::paned).max().orElse(0);
  }

  /** One for each distinct entity field, in order of first appearance. */
  public static List<EntityFeatures> of(Pipeline pipeline) {
    List<EntityFeatures> entities = new ArrayList<>();
    for (String entity :
        new LinkedHashSet<>(pipeline.windowed().stream().map(Windowed::entity).toList())) {
      entities.add(new EntityFeatures(entity, pipeline.windowed()));
    }
    return List.copyOf(entities);
  }

  /** The example's field that names the entity. */
  public String entity() {
    return entity;
  }

  /** Its features, in the order of the file. */
  public List<Windowed> features() {
    return features;
  }

  /** The distinct series of panes behind the features; indices into it name a series. */
  public List<SeriesKey> series() {
    return series;
  }

  /** For each feature its index in {@link Pipeline#windowed()}. */
  public List<Integer> positions() {
    return positions;
  }

  /** The index in {@link #series()} of a feature's panes. */
  public int seriesOf(int feature) {
    return seriesOf[feature];
  }

  /** Once all labels up to this time (inclusive) are in, the values as of {@code t} are final. */
  public long readyAt(long t) {
    long ready = Long.MIN_VALUE;
    for (SeriesKey key : series) {
      ready = Math.max(ready, key.floor(t));
    }
    return ready;
  }

  /** How far behind the watermark panes must be kept for events that come {@code lateness} late. */
  public long reachMicros(Duration lateness) {
    return longestWindow + lateness.toNanos() / 1000;
  }

  private static SeriesKey key(Windowed feature) {
    return new SeriesKey(feature.field(), feature.paneMicros());
  }

  /** The window in whole panes: all that (⌊t⌋ − window, ⌊t⌋] can touch. */
  private static long paned(Windowed feature) {
    long pane = feature.paneMicros();
    return Math.ceilDiv(feature.windowMicros(), pane) * pane;
  }
}
