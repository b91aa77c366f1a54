package io.millrace.serving.online;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.OwnContentTypes;
import io.millrace.serving.models.ModelIdentity;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ModelSelector;
import io.millrace.serving.protocol.Answers;
import io.millrace.serving.protocol.InferenceException;
import io.millrace.serving.protocol.PredictRequest;
import io.millrace.serving.protocol.VersionStatus;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;

/** TensorFlow Serving's REST door, which is also KServe's V1. */
@OwnContentTypes
@Path("/v1/models")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class PredictResource {
  private static final String MODEL = "/{model: [^/:]+}";
  private static final String VERSION = MODEL + "/versions/{version: [^/:]+}";
  private static final String LABEL = MODEL + "/labels/{label: [^/:]+}";

  private final ModelRepository models;
  private final OnlinePredictions predictions;
  private final Doors doors;
  private final OnlineSettings settings;

  @Inject
  public PredictResource(
      ModelRepository models, OnlinePredictions predictions, Doors doors, OnlineSettings settings) {
    this.models = models;
    this.predictions = predictions;
    this.doors = doors;
    this.settings = settings;
  }

  @GET
  public Map<String, Object> list() {
    return Map.of("models", List.copyOf(models.models().keySet()));
  }

  @GET
  @Path(MODEL)
  public Map<String, Object> status(@PathParam("model") String model) {
    return VersionStatus.toJson(model, models.isReady(model), models.statuses(model));
  }

  @GET
  @Path(VERSION)
  public Map<String, Object> status(
      @PathParam("model") String model, @PathParam("version") String version) {
    ModelSelector.Version selected = Doors.version(version);
    List<VersionStatus> found =
        models.statuses(model).stream()
            .filter(status -> status.version() == selected.version())
            .toList();
    if (found.isEmpty()) {
      throw new InferenceException(
          ErrorCode.UNKNOWN_MODEL_VERSION, "model %s has no version %s".formatted(model, version));
    }
    return VersionStatus.toJson(
        model, found.getFirst().state() == VersionStatus.State.AVAILABLE, found);
  }

  @GET
  @Path(MODEL + "/metadata")
  public Map<String, Object> metadata(@PathParam("model") String model) {
    return metadata(model, ModelSelector.champion());
  }

  @GET
  @Path(VERSION + "/metadata")
  public Map<String, Object> metadata(
      @PathParam("model") String model, @PathParam("version") String version) {
    return metadata(model, Doors.version(version));
  }

  @GET
  @Path(LABEL + "/metadata")
  public Map<String, Object> labelMetadata(
      @PathParam("model") String model, @PathParam("label") String label) {
    return metadata(model, new ModelSelector.Alias(label));
  }

  @POST
  @Path(MODEL + ":predict")
  @Consumes(MediaType.WILDCARD)
  public Map<String, Object> predict(@PathParam("model") String model, byte[] body) {
    return predict(model, ModelSelector.champion(), body);
  }

  @POST
  @Path(VERSION + ":predict")
  @Consumes(MediaType.WILDCARD)
  public Map<String, Object> predict(
      @PathParam("model") String model, @PathParam("version") String version, byte[] body) {
    return predict(model, Doors.version(version), body);
  }

  @POST
  @Path(LABEL + ":predict")
  @Consumes(MediaType.WILDCARD)
  public Map<String, Object> predictByLabel(
      @PathParam("model") String model, @PathParam("label") String label, byte[] body) {
    return predict(model, new ModelSelector.Alias(label), body);
  }

  private Map<String, Object> predict(String model, ModelSelector selector, byte[] body) {
    return doors.measured(
        "v1",
        () -> {
          PredictRequest request = PredictRequest.parse(body, settings.maxRows());
          OnlinePredictions.Scored scored =
              predictions.predict(model, selector, request.inputs(), List.of());
          return new Doors.Answer(scored.model(), Answers.predict(request.form(), scored.scores()));
        });
  }

  private Map<String, Object> metadata(String model, ModelSelector selector) {
    ModelIdentity identity = doors.identity(model, selector);
    return doors.describe(model, identity).toPredictMetadata(identity.version());
  }
}
