package io.millrace.ingest.events;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.ingest.http.RequestBody;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.messaging.http.OwnContentTypes;
import io.millrace.messaging.http.ProblemException;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Takes events by HTTP; answers once the broker has them. */
@OwnContentTypes
@Path("/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public class EventsResource {
  private static final Pattern TRACE_PARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  private final EventIntake intake;
  private final int maxBodyBytes;

  @Inject
  public EventsResource(EventIntake intake, IngestSettings settings) {
    this.intake = intake;
    this.maxBodyBytes = settings.ingest().maxBodyBytes();
  }

  /** All events of the body, or none; {@code accepted} is how many. */
  @POST
  @Path("/{name}/streams/{stream}")
  @Blocking
  public CompletionStage<Map<String, Integer>> post(
      @PathParam("name") String pipeline,
      @PathParam("stream") String stream,
      @Context HttpHeaders headers,
      InputStream in) {
    return intake.take(
        pipeline,
        stream,
        () -> form(headers.getMediaType()),
        () -> RequestBody.read(in, headers, maxBodyBytes),
        Optional.ofNullable(headers.getHeaderString("traceparent"))
            .filter(parent -> TRACE_PARENT.matcher(parent).matches()));
  }

  private static EventBody.Form form(@org.jspecify.annotations.Nullable MediaType type) {
    String name = type == null ? "none" : type.getType() + "/" + type.getSubtype();
    return switch (name.toLowerCase(java.util.Locale.ROOT)) {
      case "application/json" -> EventBody.Form.JSON;
      case "application/x-ndjson" -> EventBody.Form.NDJSON;
      default ->
          throw new ProblemException(
              ErrorCode.UNSUPPORTED_MEDIA_TYPE,
              "events come as application/json or application/x-ndjson, not as " + name);
    };
  }
}
