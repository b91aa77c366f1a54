package io.millrace.serving.models;

import io.millrace.contracts.pipeline.Meaning;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.features.panes.KeptFeatures;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.serving.features.FeatureAssembly;
import io.millrace.serving.features.FeaturePlan;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A pipeline whose models are served, and how its features are made: for a model by the version of
 * the pipeline that it was trained by, whichever runs.
 */
public final class ServedPipeline {
  private final RunnablePipeline running;
  private final IntFunction<Optional<RunnablePipeline>> versions;
  private final Function<Pipeline, FeatureAssembly> assemblies;
  private final Map<Integer, FeatureAssembly> features = new ConcurrentHashMap<>();

  /**
   * @param versions the pipeline's other ones
   */
  public ServedPipeline(
      RunnablePipeline running,
      IntFunction<Optional<RunnablePipeline>> versions,
      Function<Pipeline, FeatureAssembly> assemblies) {
    this.running = running;
    this.versions = versions;
    this.assemblies = assemblies;
    features.put(running.version(), assemblies.apply(running.pipeline()));
  }

  public String name() {
    return running.name();
  }

  /** The version that runs. */
  public RunnablePipeline pipeline() {
    return running;
  }

  /** By the version that runs where the other isn't known. */
  public FeatureAssembly features(int version) {
    FeatureAssembly known = features.get(version);
    if (known != null) {
      return known;
    }
    Optional<RunnablePipeline> other = versions.apply(version);
    return other.isPresent()
        ? features.computeIfAbsent(version, unused -> assemblies.apply(other.get().pipeline()))
        : features(running.version());
  }

  /**
   * Which of a model's inputs there is nothing to make from any more as the model means them: they
   * are kept beside those of the version that runs for a while only.
   *
   * @param inputs the model's
   * @param version of the file that it was trained by
   */
  public List<String> lacking(Collection<String> inputs, int version, Instant now) {
    FeaturePlan own = features(version).plan();
    FeaturePlan plan = features(running.version()).plan();
    Set<String> kept =
        now.isBefore(running.keepsUntil(versions.apply(version + 1)))
            ? KeptFeatures.of(own.pipeline(), running.pipeline()).names()
            : Set.of();
    return inputs.stream()
        .filter(input -> !Meaning.isSameFeature(input, own.pipeline(), running.pipeline()))
        .filter(input -> !kept.contains(input) && !own.isDerivedFrom(plan, input))
        .toList();
  }

  /** The file of a version, the same object each time; empty when it isn't known. */
  public Optional<Pipeline> file(int version) {
    return version == running.version() || versions.apply(version).isPresent()
        ? Optional.of(features(version).plan().pipeline())
        : Optional.empty();
  }
}
