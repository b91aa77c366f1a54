package io.millrace.transformer.online;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.online.FeatureLookup;
import io.millrace.features.online.Freshness;
import io.millrace.features.online.OnlineFeatures;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.StoreAnswer;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.messaging.http.ProblemException;
import io.millrace.transformer.online.OnlineResponse.Column;
import io.millrace.transformer.online.OnlineResponse.ColumnBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Answers requests of Feast's form from the online store. */
final class OnlineRead {
  private static final String NO_TIME = Instant.EPOCH.toString();

  private final OnlineStore store;
  private final Function<String, Optional<Pipeline>> pipelines;

  OnlineRead(OnlineStore store, Function<String, Optional<Pipeline>> pipelines) {
    this.store = store;
    this.pipelines = pipelines;
  }

  /**
   * Answers, or fails with a {@link ProblemException}.
   *
   * @throws ProblemException when the request is wrong
   */
  CompletionStage<OnlineResponse> answer(OnlineRequest request) {
    List<FeatureReference> references = FeatureReference.of(request, pipelines);
    long values = (long) request.rows() * references.size();
    if (Limit.ONLINE_VALUES.isExceededBy(values)) {
      throw new ProblemException(ErrorCode.BATCH_TOO_LARGE, Limit.ONLINE_VALUES.exceededBy(values));
    }
    Map<Pipeline, List<Windowed>> byPipeline = new LinkedHashMap<>();
    request.service().flatMap(pipelines).ifPresent(p -> byPipeline.put(p, new ArrayList<>()));
    for (FeatureReference reference : references) {
      byPipeline
          .computeIfAbsent(reference.pipeline(), p -> new ArrayList<>())
          .add(reference.feature());
    }
    EntityColumns entities = new EntityColumns(request);
    entities.check(byPipeline.keySet());

    CompletionStage<Map<FeatureReference, Column>> columns =
        CompletableFuture.completedStage(new HashMap<>());
    for (Map.Entry<Pipeline, List<Windowed>> entry : byPipeline.entrySet()) {
      Pipeline pipeline = entry.getKey();
      List<Windowed> features = entry.getValue();
      List<FeatureReference> own =
          references.stream().filter(r -> r.pipeline().equals(pipeline)).toList();
      List<OnlineFeatures.Request> requests = entities.requests(pipeline, features);
      columns = // one pipeline after the other: each may hold as much as a read may
          columns.thenCompose(
              all ->
                  new OnlineFeatures(pipeline, store)
                      .lookUp(features, requests)
                      .thenApply(
                          answer -> {
                            List<OnlineFeatures.Answer> rows = require(answer);
                            for (int i = 0; i < own.size(); i++) {
                              all.put(own.get(i), column(own.get(i).feature(), i, rows));
                            }
                            return all;
                          }));
    }
    return columns.thenApply(all -> response(request, references, all));
  }

  private static OnlineResponse response(
      OnlineRequest request, List<FeatureReference> references, Map<FeatureReference, Column> all) {
    List<String> names = new ArrayList<>();
    List<Column> results = new ArrayList<>();
    request
        .entities()
        .forEach(
            (name, values) -> {
              names.add(name);
              ColumnBuilder column = new ColumnBuilder();
              for (JsonNode value : values) {
                column.add(value, "PRESENT", NO_TIME);
              }
              results.add(column.build());
            });
    for (FeatureReference reference : references) {
      names.add(reference.name());
      results.add(java.util.Objects.requireNonNull(all.get(reference)));
    }
    return new OnlineResponse(new OnlineResponse.Metadata(names), results);
  }

  private static Column column(Windowed feature, int index, List<OnlineFeatures.Answer> rows) {
    ColumnBuilder column = new ColumnBuilder();
    for (OnlineFeatures.Answer row : rows) {
      FeatureLookup lookup = row.values().get(index);
      column.add(
          lookup instanceof FeatureLookup.Present(Object value) ? value : null,
          lookup.status(),
          lookup instanceof FeatureLookup.NotFound ? NO_TIME : upTo(feature, row.asOf()));
    }
    return column.build();
  }

  /** The time up to which labels count in the value. */
  private static String upTo(Windowed feature, OptionalLong asOf) {
    return asOf.isEmpty()
        ? NO_TIME
        : Instant.EPOCH
            .plus(Freshness.upTo(feature, asOf.getAsLong()), ChronoUnit.MICROS)
            .toString();
  }

  private static <T> T require(StoreAnswer<T> answer) {
    return switch (answer) {
      case Answered<T>(T value) -> value;
      case Unavailable<T>(String reason) ->
          throw new ProblemException(
              ErrorCode.REDIS_UNAVAILABLE, "the online store does not answer: " + reason);
    };
  }
}
