package io.millrace.monitor.http;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.monitor.lag.Services;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** How fast the services go for a pipeline, and how much they have before them. */
@Path("/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public class ServicesResource {
  private final PipelineApplications pipelines;
  private final Services services;

  @Inject
  public ServicesResource(PipelineApplications pipelines, Services services) {
    this.pipelines = pipelines;
    this.services = services;
  }

  /** The list is empty until the broker has answered, a few seconds after the first question. */
  @GET
  @Path("/{name}/services")
  public Map<String, Object> services(@PathParam("name") String name) {
    return pipelines
        .running(name)
        .map(
            running ->
                Map.<String, Object>of(
                    "pipeline", name, "services", services.of(running.pipeline().pipeline())))
        .orElseThrow(
            () ->
                new ProblemException(
                    ErrorCode.UNKNOWN_PIPELINE, "no pipeline " + name + " runs here"));
  }
}
