package io.millrace.transformer.online;

import io.millrace.features.online.OnlineStore;
import io.millrace.messaging.http.OwnContentTypes;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Feast's REST feature server, as far as reading goes. */
@OwnContentTypes
@Path("/get-online-features")
public class OnlineFeaturesResource {
  private final OnlineRead read;

  @Inject
  public OnlineFeaturesResource(OnlineStore store, PipelineApplications applications) {
    this.read =
        new OnlineRead(
            store,
            name -> applications.running(name).map(running -> running.pipeline().pipeline()));
  }

  /** Takes any content type: Feast's own examples post with curl's default one. */
  @POST
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  public Uni<OnlineResponse> getOnlineFeatures(byte[] body) {
    return Uni.createFrom().completionStage(() -> read.answer(OnlineRequest.parse(body)));
  }
}
