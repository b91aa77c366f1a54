package io.millrace.transformer.retention;

import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;

/** What a pipeline keeps and what would go, and the word that it go now. */
@Path("/v1/pipelines/{name}/retention")
@Produces(MediaType.APPLICATION_JSON)
public class RetentionResource {
  private final Collector collector;
  private final RetentionSettings settings;

  @Inject
  RetentionResource(Collector collector, RetentionSettings settings) {
    this.collector = collector;
    this.settings = settings;
  }

  @GET
  @Blocking
  public Object look(@PathParam("name") String name) throws IOException {
    return collector.look(name);
  }

  @POST
  @Blocking
  public Object collect(@PathParam("name") String name) throws IOException {
    RetentionSettings.requireEnabled(settings);
    return collector.collect(name);
  }
}
