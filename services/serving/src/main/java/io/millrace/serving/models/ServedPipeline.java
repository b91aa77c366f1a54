package io.millrace.serving.models;

import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.serving.features.FeatureAssembly;

/** A pipeline whose models are served, and how its features are made. */
public record ServedPipeline(RunnablePipeline pipeline, FeatureAssembly features) {
  public String name() {
    return pipeline.name();
  }
}
