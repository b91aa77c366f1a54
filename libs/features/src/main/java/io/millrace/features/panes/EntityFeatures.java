package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Windowed;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The windowed features of a pipeline that hang on one entity, and the panes that they need.
 *
 * @param entity the example's field that names the entity
 * @param features in the order of the file
 * @param positions for each feature its index in {@link Pipeline#windowed()}
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
    List<EntityFeatures> entities = new ArrayList<>();
    for (String entity :
        new LinkedHashSet<>(pipeline.windowed().stream().map(Windowed::entity).toList())) {
      entities.add(of(entity, pipeline));
    }
    return List.copyOf(entities);
  }

  private static EntityFeatures of(String entity, Pipeline pipeline) {
    List<Windowed> all = pipeline.windowed();
    int[] positions =
        IntStream.range(0, all.size()).filter(i -> all.get(i).entity().equals(entity)).toArray();
    List<Windowed> features = IntStream.of(positions).mapToObj(all::get).toList();
    List<SeriesKey> series =
        List.copyOf(new LinkedHashSet<>(features.stream().map(f -> key(f, pipeline)).toList()));
    int[] seriesOf = features.stream().mapToInt(f -> series.indexOf(key(f, pipeline))).toArray();
    return new EntityFeatures(entity, features, positions, series, seriesOf);
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

  private static SeriesKey key(Windowed feature, Pipeline pipeline) {
    return SeriesKey.of(feature.field(), meaning(feature, pipeline), feature.paneMicros());
  }

  /** What makes the values that are summed: those of the label go by its expression. */
  private static String meaning(Windowed feature, Pipeline pipeline) {
    Label label = pipeline.label();
    Stream labels = pipeline.labelStream();
    String values =
        feature.field().equals(label.name())
            ? "label " + label.kind() + " " + label.value()
            : "field "
                + Optional.ofNullable(labels.fields().get(feature.field()))
                    .map(field -> field.type().toString())
                    .orElse("");
    return labels.name() + " " + labels.time() + " " + values;
  }

  /** The window in whole panes: all that (⌊t⌋ − window, ⌊t⌋] can touch. */
  private static long paned(Windowed feature) {
    long pane = feature.paneMicros();
    return Math.ceilDiv(feature.windowMicros(), pane) * pane;
  }
}
