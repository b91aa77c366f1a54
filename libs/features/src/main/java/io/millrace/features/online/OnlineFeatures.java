package io.millrace.features.online;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.online.FeatureLookup.NotFound;
import io.millrace.features.online.FeatureLookup.NullValue;
import io.millrace.features.online.FeatureLookup.OutsideMaxAge;
import io.millrace.features.online.FeatureLookup.Present;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.StoredPanes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The windowed features of a pipeline, read online; the same function of panes as the stream's. */
public final class OnlineFeatures {

  /**
   * One look-up.
   *
   * @param entities entity field to value as text; a missing one is {@link NotFound}
   * @param asOf microseconds since the epoch; the pipeline's watermark when empty
   */
  public record Request(Map<String, String> entities, OptionalLong asOf) {
    public Request {
      entities = Map.copyOf(entities);
    }
  }

  /**
   * The answer to one look-up.
   *
   * @param asOf the time that was used; empty when none was given and no watermark is known
   * @param watermark up to when the store knows all labels of the pipeline, if it knows any
   * @param values in the order of the features asked for
   */
  public record Answer(OptionalLong asOf, OptionalLong watermark, List<FeatureLookup> values) {
    public Answer {
      values = List.copyOf(values);
    }
  }

  private final String pipeline;
  private final OnlineStore store;
  private final Map<Windowed, Integer> places = new HashMap<>();
  private final Map<String, EntityFeatures> entities = new HashMap<>();

  public OnlineFeatures(Pipeline pipeline, OnlineStore store) {
    this.pipeline = pipeline.name();
    this.store = store;
    for (EntityFeatures entity : EntityFeatures.of(pipeline)) {
      entities.put(entity.entity(), entity);
      for (int i = 0; i < entity.features().size(); i++) {
        places.put(entity.features().get(i), i);
      }
    }
  }

  /**
   * Looks features up, all in one round trip.
   *
   * @param features of this pipeline
   */
  public CompletionStage<StoreAnswer<List<Answer>>> lookUp(
      List<Windowed> features, List<Request> requests) {
    LinkedHashSet<EntityKey> distinct = new LinkedHashSet<>();
    for (Request request : requests) {
      for (Windowed feature : features) {
        key(feature, request).ifPresent(distinct::add);
      }
    }
    List<EntityKey> keys = List.copyOf(distinct);
    return store
        .read(pipeline, keys)
        .thenApply(answer -> answer.map(rows -> answers(features, requests, keys, rows)));
  }

  private List<Answer> answers(
      List<Windowed> features, List<Request> requests, List<EntityKey> keys, OnlineRows rows) {
    Map<EntityKey, StoredPanes> found = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      EntityKey key = keys.get(i);
      EntityFeatures entity = entities.get(key.entity());
      if (entity != null) {
        rows.panes()
            .get(i)
            .flatMap(bytes -> decoded(entity, bytes))
            .ifPresent(panes -> found.put(key, panes));
      }
    }
    List<Answer> answers = new ArrayList<>(requests.size());
    for (Request request : requests) {
      OptionalLong asOf = request.asOf().isPresent() ? request.asOf() : rows.watermark();
      List<FeatureLookup> values = new ArrayList<>(features.size());
      for (Windowed feature : features) {
        StoredPanes stored = key(feature, request).map(found::get).orElse(null);
        values.add(stored == null ? new NotFound() : value(feature, stored, asOf));
      }
      answers.add(new Answer(asOf, rows.watermark(), values));
    }
    return answers;
  }

  /** Empty for what somebody else has put there. */
  private static Optional<StoredPanes> decoded(EntityFeatures entity, byte[] bytes) {
    try {
      return Optional.of(StoredPanes.decode(entity, bytes, 0, bytes.length));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private FeatureLookup value(Windowed feature, StoredPanes stored, OptionalLong asOf) {
    int index = place(feature);
    long t = asOf.orElse(stored.watermark());
    if (!stored.panes().reaches(index, t)) {
      return new OutsideMaxAge();
    }
    @Nullable Object value = stored.panes().value(index, t);
    return value == null ? new NullValue() : new Present(value);
  }

  private static Optional<EntityKey> key(Windowed feature, Request request) {
    return Optional.ofNullable(request.entities().get(feature.entity()))
        .map(value -> new EntityKey(feature.entity(), value));
  }

  private int place(Windowed feature) {
    Integer place = places.get(feature);
    if (place == null) {
      throw new IllegalArgumentException(pipeline + " has no windowed feature " + feature.name());
    }
    return place;
  }
}
