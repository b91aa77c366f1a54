package io.millrace.serving.models;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Backoff;
import io.millrace.serving.protocol.InferenceException;
import io.millrace.serving.protocol.VersionStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All models by the names of their pipelines. Loading and unloading happen on one thread of their
 * own, a moment after the events: of versions that come in one go only what is live is loaded.
 */
public final class ModelRepository implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final ModelLoader loader;
  private final ModelObserver observer;
  private final Clock clock;
  private final Map<String, ServedModel> models = new ConcurrentHashMap<>();
  private final Map<String, ServedPipeline> pipelines = new ConcurrentHashMap<>();
  private final Set<String> forgotten = ConcurrentHashMap.newKeySet();
  private final Background lifecycle = new Background("model-lifecycle");

  /** How often in a row a model could not be brought up to date. */
  private final Map<String, Integer> failures = new HashMap<>();

  /** The models that are tried again in a while. */
  private final Set<String> putOff = new HashSet<>();

  private volatile boolean caughtUp;
  private volatile boolean started;

  public ModelRepository(ModelLoader loader, ModelObserver observer) {
    this(loader, observer, Clock.systemUTC());
  }

  /**
   * @param clock says for how long features of an earlier file have been kept
   */
  public ModelRepository(ModelLoader loader, ModelObserver observer, Clock clock) {
    this.loader = loader;
    this.observer = observer;
    this.clock = clock;
    lifecycle.every(LOOK, this::tellOtherMeaning);
  }

  private void tellOtherMeaning() {
    pipelines.forEach(
        (name, pipeline) ->
            Optional.ofNullable(models.get(name))
                .ifPresent(model -> model.tellOtherMeaning(pipeline)));
  }

  /** Who is told what becomes of the models. */
  public ModelObserver observer() {
    return observer;
  }

  /** An entry of the registry; a repeated one changes nothing. */
  public void accept(ModelEvent event) {
    lifecycle.execute(() -> model(event.getModel()).add(event));
    reconcileSoon(event.getModel(), MOMENT);
  }

  /**
   * Everything that the registry held when it was first looked at has been accepted; before that
   * nothing is loaded, as it may be out of date.
   */
  public void caughtUp() {
    lifecycle.execute(
        () -> {
          caughtUp = true;
          models.keySet().forEach(this::reconcile);
        });
  }

  /** Serves a pipeline's models, or goes on serving them by a new version of it. */
  public void serve(ServedPipeline pipeline) {
    forgotten.remove(pipeline.name());
    pipelines.put(pipeline.name(), pipeline);
    lifecycle.execute(() -> model(pipeline.name()).forgive());
    reconcileSoon(pipeline.name(), Duration.ZERO);
  }

  /** Serves a pipeline's models no longer. */
  public void forget(String pipeline) {
    forgotten.add(pipeline);
    pipelines.remove(pipeline);
    lifecycle.execute(() -> model(pipeline).close());
  }

  /** What the registry has said of a model so far counts no more. */
  public void purged(String name) {
    lifecycle.execute(() -> Optional.ofNullable(models.remove(name)).ifPresent(ServedModel::close));
  }

  public Optional<ServedPipeline> pipeline(String name) {
    return Optional.ofNullable(pipelines.get(name));
  }

  /**
   * The use of a version; the caller closes it.
   *
   * @throws InferenceException when there is no such model or version, or it is not loaded
   */
  public Lease lease(String name, ModelSelector selector) {
    Optional<Lease> lease = known(name).lease(selector);
    return lease.orElseThrow(
        () ->
            selector.equals(ModelSelector.champion())
                ? new InferenceException(
                    ErrorCode.MODEL_NOT_READY, "model " + name + " is not loaded")
                : new InferenceException(ErrorCode.UNKNOWN_MODEL_VERSION, unknown(name, selector)));
  }

  /** What a stream of the pipeline is to do now. */
  public StreamModel forStream(String name) {
    if (!caughtUp) {
      return new StreamModel.Awaited();
    }
    ServedModel model = model(name);
    Optional<Lease> lease = model.lease(ModelSelector.champion());
    if (lease.isPresent()) {
      return new StreamModel.Live(lease.get());
    }
    return model.hasChampion() ? new StreamModel.Awaited() : new StreamModel.None();
  }

  /**
   * How the versions of a model stand.
   *
   * @throws InferenceException when there is no such model
   */
  public List<VersionStatus> statuses(String name) {
    return known(name).statuses();
  }

  /** The versions that can be asked for. */
  public List<Integer> loadedVersions(String name) {
    return known(name).loadedVersions();
  }

  /** Whether a model answers. */
  public boolean isReady(String name) {
    return known(name).isReady();
  }

  /** By model whether it answers. */
  public Map<String, Boolean> models() {
    Map<String, Boolean> ready = new TreeMap<>();
    models.forEach(
        (name, model) -> {
          if (model.hasChampion() && pipelines.containsKey(name)) {
            ready.put(name, model.isReady());
          }
        });
    return ready;
  }

  /** Whether all that is to answer does. */
  public boolean isReady() {
    return caughtUp
        && models.keySet().stream().noneMatch(this::isAwaited)
        && models().values().stream().allMatch(ready -> ready);
  }

  /**
   * What is still to be loaded of that which was live when this began, with the reason. Once there
   * is nothing, always so: what answers goes on, whatever becomes of the next version.
   *
   * @param wanted all pipelines that there are; another's models are nobody's
   */
  public Map<String, String> toBeLoaded(Set<String> wanted) {
    Map<String, String> missing = new TreeMap<>();
    if (!started) {
      wanted.forEach(name -> reasonToWait(name).ifPresent(reason -> missing.put(name, reason)));
      started = caughtUp && missing.isEmpty();
    }
    return missing;
  }

  private Optional<String> reasonToWait(String name) {
    ServedModel model = models.get(name);
    if (!caughtUp) {
      return Optional.of("the models are not known yet");
    }
    if (model == null || !model.hasChampion()) {
      return Optional.empty();
    }
    return pipelines.containsKey(name)
        ? model.reasonToWait()
        : Optional.of("the pipeline does not run yet");
  }

  /** Whether a model has a champion, and its pipeline is still on its way. */
  private boolean isAwaited(String name) {
    ServedModel model = models.get(name);
    return model != null
        && model.hasChampion()
        && !pipelines.containsKey(name)
        && !forgotten.contains(name);
  }

  private ServedModel known(String name) {
    ServedModel model = models.get(name);
    if (model != null && model.hasChampion() && pipelines.containsKey(name)) {
      return model;
    }
    throw caughtUp && !isAwaited(name)
        ? new InferenceException(ErrorCode.UNKNOWN_MODEL, "no model " + name + " is served")
        : new InferenceException(
            ErrorCode.MODEL_NOT_READY, "the models are not known yet; try again");
  }

  private static String unknown(String name, ModelSelector selector) {
    return switch (selector) {
      case ModelSelector.Version(int version) ->
          "version %d of model %s is not loaded".formatted(version, name);
      case ModelSelector.Alias(String alias) -> "model %s has no label %s".formatted(name, alias);
    };
  }

  private ServedModel model(String name) {
    return models.computeIfAbsent(name, n -> new ServedModel(n, loader, observer, clock));
  }

  private void reconcileSoon(String name, Duration delay) {
    lifecycle.after(delay, () -> reconcile(name));
  }

  private void reconcileAgain(String name, Duration pause) {
    if (putOff.add(name)) {
      lifecycle.after(
          pause,
          () -> {
            putOff.remove(name);
            reconcile(name);
          });
    }
  }

  private void reconcile(String name) {
    ServedPipeline pipeline = pipelines.get(name);
    if (pipeline == null || !caughtUp) {
      return;
    }
    ServedModel model = model(name);
    try {
      boolean again = model.reconcile(pipeline);
      failures.remove(name);
      if (again) {
        reconcileAgain(name, RETRY);
      }
    } catch (RuntimeException | Error e) {
      Duration pause = Backoff.UP_TO_A_MINUTE.after(failures.merge(name, 1, Integer::sum));
      LOG.error(
          "model={} the versions could not be brought up to date, trying again in {} s",
          name,
          pause.toSeconds(),
          e);
      reconcileAgain(name, pause);
    } finally {
      if (lifecycle.hasEnded()) {
        model.close(); // whoever closed this may not have seen it
      }
    }
  }

  /** Waits for what is being loaded; what is in use is closed by who uses it. */
  @Override
  public void close() {
    if (!lifecycle.close(CLOSE_TIMEOUT)) {
      LOG.warn("a model is still being loaded while all are closed");
    }
    models.values().forEach(ServedModel::close);
  }
}
