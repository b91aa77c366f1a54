package io.millrace.monitor.http;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.monitor.history.PipelineHistory;
import io.millrace.monitor.lineage.Announcements;
import io.millrace.monitor.lineage.Lineage;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** What made a version of a pipeline's model. */
@Path("/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public class LineageResource {
  private final KnownHistories histories;
  private final Announcements announcements;
  private final ArtifactStore store;

  @Inject
  public LineageResource(
      KnownHistories histories, KafkaClients kafka, SchemaCache schemas, ArtifactStore store) {
    this.histories = histories;
    this.announcements = new Announcements(kafka, schemas);
    this.store = store;
  }

  @GET
  @Path("/{name}/lineage/{version}")
  @Blocking
  public Map<String, Object> lineage(
      @PathParam("name") String name, @PathParam("version") String version) {
    PipelineHistory history = histories.require(name);
    if (!version.matches("[0-9]{1,9}")) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "the version must be a whole number");
    }
    return history
        .models()
        .version(Integer.parseInt(version))
        .map(published -> new Lineage(history, announcements, store).of(published))
        .orElseThrow(
            () ->
                new ProblemException(
                    ErrorCode.UNKNOWN_MODEL_VERSION,
                    "the model %s has no version %s".formatted(name, version)));
  }
}
