package io.millrace.transformer.retention;

import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What all pipelines keep and what would go, and the word that it go now. */
@Path("/v1/retention")
@Produces(MediaType.APPLICATION_JSON)
public class WholeRetentionResource {
  /** RFC 4918: some of it was done, and the body tells of what. */
  private static final int IN_PART = 207;

  private final Collector collector;
  private final RetentionSettings settings;

  @Inject
  WholeRetentionResource(Collector collector, RetentionSettings settings) {
    this.collector = collector;
    this.settings = settings;
  }

  @GET
  @Blocking
  public Response look() {
    return answer(collector.all(false));
  }

  @POST
  @Blocking
  public Response collect() {
    RetentionSettings.requireEnabled(settings);
    return answer(collector.all(true));
  }

  private static Response answer(Collector.Collection all) {
    return Response.status(all.failed().isEmpty() ? Response.Status.OK.getStatusCode() : IN_PART)
        .entity(all)
        .build();
  }
}
