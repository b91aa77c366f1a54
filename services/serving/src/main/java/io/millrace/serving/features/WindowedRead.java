package io.millrace.serving.features;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.online.FeatureLookup;
import io.millrace.features.online.FeatureLookup.Present;
import io.millrace.features.online.Freshness;
import io.millrace.features.online.OnlineFeatures;
import io.millrace.features.online.OnlineFeatures.Answer;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.StoreAnswer;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the windowed features of a batch from the online store, in one round trip if its entities
 * are few: as of each example's time, else as of the pipeline's watermark. A store that is away or
 * slow leaves them missing.
 */
public final class WindowedRead {
  private static final Logger LOG = LoggerFactory.getLogger(WindowedRead.class);

  private final Pipeline pipeline;
  private final OnlineFeatures store;
  private final Duration patience;
  private final AtomicBoolean away = new AtomicBoolean();

  /** What was read, by feature; and the time of each row. */
  record Rows(
      Map<String, @Nullable Object[]> columns,
      Map<String, List<FeatureState>> states,
      List<OptionalLong> times) {}

  /**
   * @param patience how long a request waits for the store
   */
  public WindowedRead(Pipeline pipeline, OnlineStore store, Duration patience) {
    this.pipeline = pipeline;
    this.store = new OnlineFeatures(pipeline, store);
    this.patience = patience;
  }

  Rows read(List<Windowed> features, Map<String, @Nullable Object[]> example, int rows) {
    List<OnlineFeatures.Request> requests = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      requests.add(request(features, example, row));
    }
    List<OptionalLong> given = requests.stream().map(OnlineFeatures.Request::asOf).toList();
    if (features.isEmpty()) {
      return new Rows(Map.of(), Map.of(), given);
    }
    return switch (ask(features, requests)) {
      case Answered<List<Answer>>(List<Answer> answers) -> {
        if (away.getAndSet(false)) {
          LOG.info("pipeline={} the online store answers again", pipeline.name());
        }
        yield found(features, answers);
      }
      case Unavailable<List<Answer>>(String reason) -> {
        if (!away.getAndSet(true)) {
          LOG.warn(
              "pipeline={} code={} predicting without windowed features: {}",
              pipeline.name(),
              ErrorCode.REDIS_UNAVAILABLE,
              reason);
        }
        yield missing(features, given);
      }
    };
  }

  private OnlineFeatures.Request request(
      List<Windowed> features, Map<String, @Nullable Object[]> example, int row) {
    Map<String, String> entities = new HashMap<>();
    for (Windowed feature : features) {
      @Nullable Object[] keys = example.get(feature.entity());
      if (keys != null && keys[row] != null) {
        entities.put(feature.entity(), keys[row].toString());
      }
    }
    @Nullable Object[] times = example.get(pipeline.exampleStream().time());
    return new OnlineFeatures.Request(
        entities,
        times != null && times[row] instanceof Long micros
            ? OptionalLong.of(micros)
            : OptionalLong.empty());
  }

  private StoreAnswer<List<Answer>> ask(
      List<Windowed> features, List<OnlineFeatures.Request> requests) {
    try {
      return store
          .lookUp(features, requests)
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Unavailable<>("no answer within " + patience.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Unavailable<>("interrupted");
    } catch (ExecutionException | CancellationException e) {
      return new Unavailable<>(String.valueOf(e.getMessage()));
    }
  }

  private static Rows found(List<Windowed> features, List<Answer> answers) {
    Map<String, @Nullable Object[]> columns = new LinkedHashMap<>();
    Map<String, List<FeatureState>> states = new LinkedHashMap<>();
    for (int i = 0; i < features.size(); i++) {
      @Nullable Object[] values = new @Nullable Object[answers.size()];
      List<FeatureState> state = new ArrayList<>(answers.size());
      for (int row = 0; row < values.length; row++) {
        Answer answer = answers.get(row);
        FeatureLookup lookup = answer.values().get(i);
        values[row] = lookup instanceof Present(Object value) ? value : null;
        state.add(new FeatureState(lookup.status(), age(features.get(i), lookup, answer)));
      }
      columns.put(features.get(i).name(), values);
      states.put(features.get(i).name(), state);
    }
    return new Rows(columns, states, answers.stream().map(Answer::asOf).toList());
  }

  private static OptionalLong age(Windowed feature, FeatureLookup lookup, Answer answer) {
    if (!(lookup instanceof Present) || answer.asOf().isEmpty()) {
      return OptionalLong.empty();
    }
    long asOf = answer.asOf().getAsLong();
    return OptionalLong.of(Freshness.ageMillis(feature, asOf, answer.watermark().orElse(asOf)));
  }

  private static Rows missing(List<Windowed> features, List<OptionalLong> times) {
    Map<String, @Nullable Object[]> columns = new LinkedHashMap<>();
    Map<String, List<FeatureState>> states = new LinkedHashMap<>();
    for (Windowed feature : features) {
      columns.put(feature.name(), new @Nullable Object[times.size()]);
      states.put(feature.name(), Collections.nCopies(times.size(), FeatureState.UNAVAILABLE));
    }
    return new Rows(columns, states, times);
  }
}
