package io.millrace.messaging.pipelines;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplications.Running;
import io.millrace.messaging.pipelines.PipelineApplications.Wanted;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What this service runs, and what it has counted. */
@Path("/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public class PipelineResource {
  private final PipelineApplications applications;

  @Inject
  public PipelineResource(PipelineApplications applications) {
    this.applications = applications;
  }

  @GET
  public Map<String, List<Map<String, Object>>> list() {
    return Map.of(
        "pipelines", applications.all().stream().map(PipelineResource::describe).toList());
  }

  @GET
  @Path("/{name}")
  public Map<String, Object> get(@PathParam("name") String name) {
    return applications
        .running(name)
        .map(PipelineResource::describe)
        .or(() -> Optional.ofNullable(applications.wanted().get(name)).map(w -> describe(name, w)))
        .orElseThrow(
            () ->
                new ProblemException(
                    ErrorCode.UNKNOWN_PIPELINE, "no pipeline " + name + " runs here"));
  }

  /** One that should run here, and does not yet. */
  private static Map<String, Object> describe(String name, Wanted wanted) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("pipeline", name);
    body.put("version", wanted.version());
    body.put("state", wanted.state());
    wanted.failure().ifPresent(failure -> body.put("failure", failure.toJson()));
    return body;
  }

  private static Map<String, Object> describe(Running running) {
    RunnablePipeline runnable = running.pipeline();
    Pipeline pipeline = runnable.pipeline();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("pipeline", runnable.name());
    body.put("version", runnable.version());
    body.put("state", running.application().state());
    running.application().failure().ifPresent(failure -> body.put("failure", failure.toJson()));
    body.put("partitions", runnable.partitions());
    Map<String, String> topics = new LinkedHashMap<>();
    pipeline.streams().values().forEach(s -> topics.put(s.name(), pipeline.topicOf(s)));
    body.put("topics", topics);
    body.put("schemas", new TreeMap<>(runnable.schemaIds()));
    body.putAll(running.application().details());
    body.put("counts", running.application().counts());
    return body;
  }
}
