package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The windowed features of a pipeline that hang on one entity, and the panes that they need.
 *
 * @param entity the example's field that names the entity
 * @param features in the order of the file
 * @param positions for each feature its index in {@link Pipeline#windowed()}, those that are kept
 *     behind
 * @param series the distinct series of panes behind the features; its indices name a series
 * @param seriesOf for each feature the index of its series
 */
public record EntityFeatures(
    String entity,
    List<Windowed> features,
    int[] positions,
    List<SeriesKey> series,
    int[] seriesOf) {

  /** One for each distinct entity field, in order of first appearance. */
  public static List<EntityFeatures> of(Pipeline pipeline) {
    return of(pipeline.windowed().stream().map(feature -> defined(feature, pipeline)).toList());
  }

  /** Those that are kept come behind all others, also among the features of an entity. */
  public static List<EntityFeatures> of(Pipeline pipeline, KeptFeatures kept) {
    return of(
        Stream.concat(
                pipeline.windowed().stream().map(feature -> defined(feature, pipeline)),
                kept.features().stream().map(feature -> defined(feature, kept.by())))
            .toList());
  }

  /** A feature, and what is summed for it. */
  private record Defined(Windowed feature, SeriesKey series) {}

  private static Defined defined(Windowed feature, Pipeline by) {
    return new Defined(feature, SeriesKey.of(feature, by));
  }

  private static List<EntityFeatures> of(List<Defined> all) {
    return all.stream()
        .map(defined -> defined.feature().entity())
        .distinct()
        .map(entity -> of(entity, all))
        .toList();
  }

  private static EntityFeatures of(String entity, List<Defined> all) {
    int[] positions =
        IntStream.range(0, all.size())
            .filter(i -> all.get(i).feature().entity().equals(entity))
            .toArray();
    List<Defined> own = IntStream.of(positions).mapToObj(all::get).toList();
    List<SeriesKey> series = own.stream().map(Defined::series).distinct().toList();
    return new EntityFeatures(
        entity,
        own.stream().map(Defined::feature).toList(),
        positions,
        series,
        own.stream().mapToInt(defined -> series.indexOf(defined.series())).toArray());
  }

  /** Once all labels up to this time (inclusive) are in, the values as of {@code t} are final. */
  public long readyAt(long t) {
    long ready = Long.MIN_VALUE;
    for (SeriesKey key : series) {
      ready = Math.max(ready, key.floor(t));
    }
    return ready;
  }

  /** How far behind the watermark panes must be kept for events that come so much late. */
  public long reachMicros(long latenessMicros) {
    return features.stream().mapToLong(EntityFeatures::paned).max().orElse(0) + latenessMicros;
  }

  /** The window in whole panes: all that (⌊t⌋ − window, ⌊t⌋] can touch. */
  private static long paned(Windowed feature) {
    long pane = feature.paneMicros();
    return Math.ceilDiv(feature.windowMicros(), pane) * pane;
  }
}
