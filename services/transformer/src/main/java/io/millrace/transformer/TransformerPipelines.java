package io.millrace.transformer;

import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.transformer.stream.TransformerStreams;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the transformer runs for each pipeline. */
@ApplicationScoped
public class TransformerPipelines implements PipelineApplicationFactory {
  private final MillraceSettings settings;
  private final SchemaCache schemas;
  private final String bootstrapServers;

  @Inject
  public TransformerPipelines(
      MillraceSettings settings,
      SchemaCache schemas,
      @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "localhost:9092")
          String bootstrapServers) {
    this.settings = settings;
    this.schemas = schemas;
    this.bootstrapServers = bootstrapServers;
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    return new TransformerStreams(
        pipeline, schemas, StreamsSettings.of(settings, bootstrapServers));
  }
}
