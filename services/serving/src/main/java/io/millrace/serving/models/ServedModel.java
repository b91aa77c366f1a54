package io.millrace.serving.models;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.models.ModelHistory.Published;
import io.millrace.serving.features.FeaturePlan;
import io.millrace.serving.models.ModelLoad.Loaded;
import io.millrace.serving.models.ModelLoad.Refused;
import io.millrace.serving.protocol.VersionStatus;
import io.millrace.serving.protocol.VersionStatus.State;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One model: what the registry says of it, and what of that is loaded. Everything that changes it
 * runs on one thread; any number of others read.
 *
 * <p>An alias answers with the newest version it has named that can be loaded, so that a broken one
 * never replaces a good one; the one before stays loaded, so that going back takes no time.
 */
final class ServedModel {
  private static final int KEPT = 2;

  private final String name;
  private final ModelLoader loader;
  private final ModelObserver observer;
  private final Clock clock;
  private final Map<Integer, Refused> refused = new HashMap<>();
  private final AliasAlerts alerts;
  private final ConcurrentNavigableMap<Integer, VersionStatus> statuses =
      new ConcurrentSkipListMap<>();
  private ModelHistory history;
  private Optional<List<String>> otherMeaning = Optional.empty();
  private volatile boolean hasChampion;
  private volatile Optional<String> reasonToWait = Optional.of("it is being loaded");
  private volatile View view = new View(Map.of(), Map.of());

  /** What requests see; replaced as a whole, under the monitor. */
  private record View(Map<Integer, LoadedModel> loaded, Map<String, Integer> live) {}

  ServedModel(String name, ModelLoader loader, ModelObserver observer, Clock clock) {
    this.name = name;
    this.loader = loader;
    this.observer = observer;
    this.clock = clock;
    this.alerts = new AliasAlerts(name, observer);
    this.history = ModelHistory.of(name);
  }

  void add(ModelEvent event) {
    history = history.with(event);
    hasChampion = history.current(ModelHistory.CHAMPION).isPresent();
  }

  /** What was refused is tried again, as another pipeline may take it. */
  void forgive() {
    refused.clear();
  }

  /**
   * Loads what is missing, moves aliases, lets go of what nobody names any more.
   *
   * @return whether to try again in a while
   */
  boolean reconcile(ServedPipeline pipeline) {
    Set<Integer> kept = new HashSet<>();
    history
        .aliases()
        .forEach(
            (alias, move) -> {
              kept.addAll(usable(alias, pipeline));
              alerts.report(
                  alias,
                  move.version(),
                  Optional.ofNullable(refused.get(move.version())),
                  Optional.ofNullable(view.live().get(alias)));
            });
    retire(kept);
    tellOtherMeaning(pipeline);
    reasonToWait =
        isReady()
            ? Optional.empty()
            : history.moves(ModelHistory.CHAMPION).stream()
                .map(move -> refused.get(move.version()))
                .filter(refusal -> refusal != null && refusal.passing())
                .map(refusal -> refusal.code() + ": " + refusal.message())
                .findAny();
    return refused.values().stream().anyMatch(Refused::passing);
  }

  /** Says which inputs of the live model there are no more, as the file means others by them. */
  void tellOtherMeaning(ServedPipeline pipeline) {
    Integer live = view.live().get(ModelHistory.CHAMPION);
    LoadedModel model = live == null ? null : view.loaded().get(live);
    if (model == null) {
      return;
    }
    ModelIdentity identity = model.identity();
    List<String> changed =
        pipeline.lacking(identity.inputNames(), identity.pipelineVersion(), clock.instant());
    // whoever served before may have said so, and can't say that it is over
    boolean isFirst = otherMeaning.isEmpty() && pipeline.pipeline().version() > 1;
    if (isFirst || !changed.equals(otherMeaning.orElse(List.of()))) {
      otherMeaning = Optional.of(changed);
      if (changed.isEmpty()) {
        observer.otherMeaningOver(name);
      } else {
        observer.otherMeaning(identity, pipeline.pipeline().version(), changed);
      }
    }
  }

  /** The newest versions of an alias that are loaded now, which it points to the first of. */
  private List<Integer> usable(String alias, ServedPipeline pipeline) {
    List<Integer> usable = new ArrayList<>(KEPT);
    List<Integer> named =
        history.moves(alias).reversed().stream().map(Move::version).distinct().toList();
    for (int version : named) {
      if (usable.size() < KEPT && isLoaded(version, pipeline)) {
        if (usable.isEmpty()) {
          point(alias, version);
        }
        usable.add(version);
      }
    }
    return usable;
  }

  private boolean isLoaded(int version, ServedPipeline pipeline) {
    Optional<Published> known = history.version(version);
    Refused before = refused.get(version);
    if (view.loaded().containsKey(version)) {
      return true;
    }
    if (known.isEmpty() || (before != null && !before.passing())) {
      return false;
    }
    statuses.put(version, VersionStatus.of(version, State.LOADING));
    ModelVersion published = known.get().version();
    FeaturePlan plan = pipeline.features(published.getPipelineVersion()).plan();
    return switch (loader.load(published, plan)) {
      case Loaded(Scorer scorer) -> {
        refused.remove(version);
        add(published, scorer);
        observer.loaded(name, version);
        yield true;
      }
      case Refused refusal -> {
        refused.put(version, refusal);
        statuses.put(
            version, VersionStatus.failed(version, refusal.code() + ": " + refusal.message()));
        observer.refused(name, version, refusal.code(), refusal.message());
        yield false;
      }
    };
  }

  private synchronized void add(ModelVersion published, Scorer scorer) {
    int version = published.getVersion();
    ModelIdentity identity =
        new ModelIdentity(
            name, version, published.getPipelineVersion(), scorer.inputs(), scorer.output());
    Map<Integer, LoadedModel> loaded = new HashMap<>(view.loaded());
    loaded.put(
        version,
        new LoadedModel(
            identity, scorer, () -> statuses.put(version, VersionStatus.of(version, State.END))));
    statuses.put(version, VersionStatus.of(version, State.AVAILABLE));
    view = new View(Map.copyOf(loaded), view.live());
  }

  private synchronized void point(String alias, int version) {
    Map<String, Integer> live = new HashMap<>(view.live());
    live.put(alias, version);
    view = new View(view.loaded(), Map.copyOf(live));
  }

  /** Requests no longer find it, then the last one that has it closes it. */
  private synchronized void retire(Set<Integer> kept) {
    Map<Integer, LoadedModel> before = view.loaded();
    Map<Integer, LoadedModel> after = new HashMap<>(before);
    after.keySet().retainAll(kept);
    view = new View(Map.copyOf(after), view.live());
    before.forEach(
        (version, model) -> {
          if (!after.containsKey(version)) {
            statuses.put(version, VersionStatus.of(version, State.UNLOADING));
            model.retire();
          }
        });
  }

  /** Lets go of everything; from any thread. */
  synchronized void close() {
    view = new View(view.loaded(), Map.of());
    retire(Set.of());
  }

  /** The use of a version; empty when it is not loaded. */
  Optional<Lease> lease(ModelSelector selector) {
    while (true) {
      View seen = view;
      Integer version =
          switch (selector) {
            case ModelSelector.Version(int number) -> number;
            case ModelSelector.Alias(String alias) -> seen.live().get(alias);
          };
      LoadedModel model = version == null ? null : seen.loaded().get(version);
      if (model == null) {
        return Optional.empty();
      }
      Optional<Lease> lease = model.lease();
      if (lease.isPresent()) {
        return lease;
      }
      // retired since; it was taken out of the view before
    }
  }

  /** Whether the registry has ever said what is to answer. */
  boolean hasChampion() {
    return hasChampion;
  }

  boolean isReady() {
    return view.live().containsKey(ModelHistory.CHAMPION);
  }

  /** Why it does not answer but may; empty when it does, or no version that was live ever can. */
  Optional<String> reasonToWait() {
    return isReady() ? Optional.empty() : reasonToWait;
  }

  List<VersionStatus> statuses() {
    return List.copyOf(statuses.values());
  }

  List<Integer> loadedVersions() {
    return view.loaded().keySet().stream().sorted().toList();
  }
}
