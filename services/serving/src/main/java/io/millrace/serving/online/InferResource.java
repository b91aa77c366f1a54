package io.millrace.serving.online;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.drain.Drain;
import io.millrace.messaging.http.OwnContentTypes;
import io.millrace.serving.models.ModelIdentity;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ModelSelector;
import io.millrace.serving.protocol.Answers;
import io.millrace.serving.protocol.InferRequest;
import io.millrace.serving.protocol.InferenceException;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Open Inference Protocol's REST door (V2). */
@OwnContentTypes
@Path("/v2")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class InferResource {
  /** How long the JSON is, where tensors stand behind it in binary: an extension of Triton's. */
  private static final String BINARY = "Inference-Header-Content-Length";

  private static final Map<String, Object> SERVER =
      Map.of("name", "millrace", "version", "0.1.0", "extensions", List.of());

  private final ModelRepository models;
  private final OnlinePredictions predictions;
  private final Doors doors;
  private final OnlineSettings settings;
  private final Drain drain;

  @Inject
  public InferResource(
      ModelRepository models,
      OnlinePredictions predictions,
      Doors doors,
      OnlineSettings settings,
      Drain drain) {
    this.models = models;
    this.predictions = predictions;
    this.doors = doors;
    this.settings = settings;
    this.drain = drain;
  }

  @GET
  public Map<String, Object> server() {
    return SERVER;
  }

  @GET
  @Path("/health/live")
  public Map<String, Object> live() {
    return Map.of("live", true);
  }

  /** Both words: the specification's text has the one, its example the other. */
  @GET
  @Path("/health/ready")
  public Response ready() {
    boolean ready = models.isReady() && !drain.isDraining();
    return Response.status(ready ? 200 : 503).entity(Map.of("ready", ready, "live", true)).build();
  }

  @GET
  @Path("/models")
  public Map<String, Object> list() {
    return Map.of("models", List.copyOf(models.models().keySet()));
  }

  @GET
  @Path("/models/{model}")
  public Map<String, Object> metadata(@PathParam("model") String model) {
    return metadata(model, ModelSelector.champion());
  }

  @GET
  @Path("/models/{model}/versions/{version}")
  public Map<String, Object> metadata(
      @PathParam("model") String model, @PathParam("version") String version) {
    return metadata(model, Doors.version(version));
  }

  @GET
  @Path("/models/{model}/ready")
  public Response modelReady(@PathParam("model") String model) {
    boolean ready = models.isReady(model);
    return Response.status(ready ? 200 : 400).entity(Map.of("name", model, "ready", ready)).build();
  }

  @GET
  @Path("/models/{model}/versions/{version}/ready")
  public Map<String, Object> versionReady(
      @PathParam("model") String model, @PathParam("version") String version) {
    ModelIdentity identity = doors.identity(model, Doors.version(version));
    return Map.of("name", identity.model(), "ready", true);
  }

  @POST
  @Path("/models/{model}/infer")
  @Consumes(MediaType.WILDCARD)
  public Map<String, Object> infer(
      @PathParam("model") String model, @HeaderParam(BINARY) @Nullable String binary, byte[] body) {
    return doors.measured("v2", () -> answer(model, ModelSelector.champion(), binary, body));
  }

  @POST
  @Path("/models/{model}/versions/{version}/infer")
  @Consumes(MediaType.WILDCARD)
  public Map<String, Object> infer(
      @PathParam("model") String model,
      @PathParam("version") String version,
      @HeaderParam(BINARY) @Nullable String binary,
      byte[] body) {
    return doors.measured("v2", () -> answer(model, Doors.version(version), binary, body));
  }

  private Doors.Answer answer(
      String model, ModelSelector selector, @Nullable String binary, byte[] body) {
    if (binary != null) {
      throw new InferenceException(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "tensors behind the JSON are not taken; send them in it (binary_data=False in Triton's"
              + " client)");
    }
    InferRequest request = InferRequest.parse(body, settings.maxRows());
    OnlinePredictions.Scored scored =
        predictions.predict(model, selector, request.inputs(), request.outputs());
    return new Doors.Answer(
        scored.model(),
        Answers.infer(
            model,
            scored.model().version(),
            request.id(),
            request.outputs(),
            FeatureParameters.of(scored.rows()),
            scored.model().output(),
            scored.scores()));
  }

  private Map<String, Object> metadata(String model, ModelSelector selector) {
    return doors.describe(model, doors.identity(model, selector)).toInferMetadata();
  }
}
