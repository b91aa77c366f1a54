package io.millrace.transformer.online;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.messaging.http.ProblemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A feature that is asked for; its view is its pipeline.
 *
 * @param name how it is called in the answer
 */
record FeatureReference(String name, Pipeline pipeline, Windowed feature) {

  /** What a request asks for, in its order. */
  static List<FeatureReference> of(
      OnlineRequest request, Function<String, Optional<Pipeline>> pipelines) {
    List<FeatureReference> references = new ArrayList<>();
    if (request.service().isPresent()) {
      Pipeline pipeline = pipeline(request.service().get(), pipelines);
      for (Windowed feature : pipeline.windowed()) {
        references.add(reference(request, pipeline, feature));
      }
    } else {
      for (String text : request.features()) {
        references.add(parse(request, text, pipelines));
      }
    }
    checkNames(references);
    return references;
  }

  private static FeatureReference parse(
      OnlineRequest request, String text, Function<String, Optional<Pipeline>> pipelines) {
    int colon = text.indexOf(':');
    if (colon <= 0) {
      throw OnlineRequest.invalid("\"" + text + "\" is not of the form view:feature", "features");
    }
    Pipeline pipeline = pipeline(text.substring(0, colon), pipelines);
    String name = text.substring(colon + 1);
    return pipeline.windowed().stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .map(feature -> reference(request, pipeline, feature))
        .orElseThrow(
            () ->
                new ProblemException(
                    ErrorCode.UNKNOWN_FEATURE,
                    "%s has no windowed feature %s; it has %s"
                        .formatted(
                            pipeline.name(),
                            name,
                            pipeline.windowed().stream().map(Windowed::name).toList())));
  }

  private static FeatureReference reference(
      OnlineRequest request, Pipeline pipeline, Windowed feature) {
    String name = request.fullNames() ? pipeline.name() + "__" + feature.name() : feature.name();
    return new FeatureReference(name, pipeline, feature);
  }

  private static Pipeline pipeline(String view, Function<String, Optional<Pipeline>> pipelines) {
    return pipelines
        .apply(view)
        .orElseThrow(
            () ->
                new ProblemException(
                    ErrorCode.UNKNOWN_FEATURE, "no view " + view + ": no such pipeline runs here"));
  }

  private static void checkNames(List<FeatureReference> references) {
    Set<String> names = new HashSet<>();
    for (FeatureReference reference : references) {
      if (!names.add(reference.name())) {
        throw OnlineRequest.invalid(
            "two features are called "
                + reference.name()
                + "; ask for each once, and for full_feature_names if views share names",
            "features");
      }
    }
  }
}
