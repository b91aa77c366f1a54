package io.millrace.features.online;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.online.FeatureLookup.NotFound;
import io.millrace.features.online.FeatureLookup.NullValue;
import io.millrace.features.online.FeatureLookup.OutsideMaxAge;
import io.millrace.features.online.FeatureLookup.Present;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.StoredPanes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
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
   * Looks features up, in one round trip where that holds all of the entities. However many they
   * are and however large, only those of a round trip are held, and one of them decoded; what is
   * not read within the store's timeout, up to one more round trip, is {@link Unavailable}.
   *
   * @param features of this pipeline
   */
  public CompletionStage<StoreAnswer<List<Answer>>> lookUp(
      List<Windowed> features, List<Request> requests) {
    return new Reading(features, requests).from(0);
  }

  /** One look-up of many rows, as far as it has come. */
  private final class Reading {
    private final List<Windowed> features;
    private final List<Request> requests;
    private final Map<EntityKey, List<Integer>> rowsByKey = new LinkedHashMap<>();
    private final List<EntityKey> keys;
    private final FeatureLookup[][] values;
    private final long deadline = System.nanoTime() + store.timeout().toNanos();
    private OptionalLong watermark = OptionalLong.empty();

    Reading(List<Windowed> features, List<Request> requests) {
      this.features = features;
      this.requests = requests;
      this.values = new FeatureLookup[requests.size()][features.size()];
      List<String> fields = features.stream().map(Windowed::entity).distinct().toList();
      for (int row = 0; row < values.length; row++) {
        Arrays.fill(values[row], new NotFound());
        for (String field : fields) {
          String value = requests.get(row).entities().get(field);
          if (value != null) {
            rowsByKey
                .computeIfAbsent(new EntityKey(field, value), unused -> new ArrayList<>())
                .add(row);
          }
        }
      }
      this.keys = List.copyOf(rowsByKey.keySet());
    }

    CompletionStage<StoreAnswer<List<Answer>>> from(int first) {
      return store
          .read(pipeline, keys.subList(first, keys.size()))
          .thenCompose(
              answer ->
                  switch (answer) {
                    case Answered<OnlineRows>(OnlineRows rows) -> goOn(first, rows);
                    case Unavailable<OnlineRows>(String reason) ->
                        CompletableFuture.completedStage(new Unavailable<>(reason));
                  });
    }

    private CompletionStage<StoreAnswer<List<Answer>>> goOn(int first, OnlineRows rows) {
      if (first == 0) {
        watermark = rows.watermark(); // what is read later knows at least as much
      }
      int next = first + rows.panes().size();
      for (int i = first; i < next; i++) {
        take(keys.get(i), rows.panes().get(i - first));
      }
      if (next == keys.size()) {
        return CompletableFuture.completedStage(new Answered<>(answers()));
      }
      return System.nanoTime() - deadline < 0
          ? from(next)
          : CompletableFuture.completedStage(
              new Unavailable<>(
                  "%d of %d entities are read within %d ms"
                      .formatted(next, keys.size(), store.timeout().toMillis())));
    }

    private void take(EntityKey key, Optional<byte[]> bytes) {
      EntityFeatures entity = entities.get(key.entity());
      if (entity == null || bytes.isEmpty()) {
        return;
      }
      Optional<StoredPanes> stored = decoded(entity, bytes.get());
      if (stored.isEmpty()) {
        return;
      }
      for (int row : rowsByKey.getOrDefault(key, List.of())) {
        for (int i = 0; i < features.size(); i++) {
          if (features.get(i).entity().equals(key.entity())) {
            values[row][i] = value(features.get(i), stored.get(), asOf(requests.get(row)));
          }
        }
      }
    }

    private OptionalLong asOf(Request request) {
      return request.asOf().isPresent() ? request.asOf() : watermark;
    }

    private List<Answer> answers() {
      List<Answer> answers = new ArrayList<>(values.length);
      for (int row = 0; row < values.length; row++) {
        answers.add(new Answer(asOf(requests.get(row)), watermark, List.of(values[row])));
      }
      return answers;
    }
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

  private int place(Windowed feature) {
    Integer place = places.get(feature);
    if (place == null) {
      throw new IllegalArgumentException(pipeline + " has no windowed feature " + feature.name());
    }
    return place;
  }
}
