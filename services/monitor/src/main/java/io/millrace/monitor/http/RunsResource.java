package io.millrace.monitor.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.json.ForeignJson;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** The door for those who ask for a run by hand. */
@Path("/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public class RunsResource {
  private static final int MOST_CHARACTERS = 1000;

  private static final JsonMapper JSON =
      ForeignJson.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final RunRequests requests;

  @Inject
  public RunsResource(RunRequests requests) {
    this.requests = requests;
  }

  /** Body: nothing or {@code {"reason": "…"}}. */
  @POST
  @Path("/{name}/runs")
  @Consumes(MediaType.WILDCARD)
  @Blocking
  public Response request(@PathParam("name") String name, String body) {
    RunStep requested = requests.request(name, reason(body));
    return Response.accepted(
            Map.of("run", requested.getRun(), "requestedAt", requested.getAt().toString()))
        .build();
  }

  static String reason(String body) {
    if (body.isBlank()) {
      return "";
    }
    try {
      JsonNode request = JSON.readTree(body);
      request
          .properties()
          .forEach(
              member -> {
                if (!member.getKey().equals("reason")) {
                  throw new ProblemException(
                      ErrorCode.INVALID_REQUEST,
                      "a run takes a reason and nothing else, not " + member.getKey());
                }
              });
      JsonNode reason = request.path("reason");
      if (!request.isObject()
          || !(reason.isMissingNode() || reason.isTextual())
          || reason.asText().length() > MOST_CHARACTERS) {
        throw new ProblemException(
            ErrorCode.INVALID_REQUEST,
            "the body must be nothing or {\"reason\": \"…\"}, of %d characters at most"
                .formatted(MOST_CHARACTERS));
      }
      return reason.asText("");
    } catch (JsonProcessingException e) {
      throw new ProblemException(ErrorCode.MALFORMED_JSON, e.getOriginalMessage());
    }
  }
}
