package io.millrace.evaluator.registry;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.time.IsoTime;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.serde.CloudEvents;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The registry: which models there are, what is live, and how to make another version live. */
@Path("/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelsResource {
  private static final String NAME = "{model: [a-z][a-z0-9_]*}";
  private static final String ALIAS = "[a-zA-Z0-9_]+";

  private final Registry registry;
  private final ModelsFollower followed;
  private final AliasMoves moves;
  private final Clock clock;

  @Inject
  public ModelsResource(Registry registry, ModelsFollower followed, AliasMoves moves, Clock clock) {
    this.registry = registry;
    this.followed = followed;
    this.moves = moves;
    this.clock = clock;
  }

  @GET
  public Map<String, List<Map<String, Object>>> list() {
    followed.require();
    return Map.of(
        "models",
        registry.all().stream().filter(m -> !m.isEmpty()).map(ModelJson::summary).toList());
  }

  @GET
  @Path("/{model}")
  public Map<String, Object> get(@PathParam("model") String model) {
    return ModelJson.model(history(model));
  }

  @GET
  @Path("/{model}/versions/{version}")
  public Map<String, Object> version(
      @PathParam("model") String model, @PathParam("version") String version) {
    ModelHistory history = history(model);
    int number = number(version);
    return history
        .version(number)
        .map(published -> ModelJson.version(history, published))
        .orElseThrow(() -> Unknown.version(model, number));
  }

  /** What an alias named at a time, and why. */
  @GET
  @Path("/{model}/live")
  public Map<String, Object> live(
      @PathParam("model") String model,
      @QueryParam("at") @Nullable String at,
      @QueryParam("alias") @DefaultValue(ModelHistory.CHAMPION) String alias) {
    ModelHistory history = history(model);
    Instant time = at == null ? clock.instant() : instant(at);
    Move move =
        history
            .at(alias, time)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ErrorCode.NOTHING_LIVE,
                        "%s of %s named no version at %s".formatted(alias, model, time)));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("asked", time);
    body.putAll(ModelJson.move(move));
    history
        .version(move.version())
        .ifPresent(published -> body.put("live", ModelJson.version(history, published)));
    return body;
  }

  /** Body: {@code {"version": 3, "reason": "…"}}. */
  @POST
  @Path("/{model}/aliases/{alias}")
  @Consumes(MediaType.WILDCARD)
  @Blocking
  public Map<String, Object> move(
      @PathParam("model") String model, @PathParam("alias") String alias, String body) {
    if (!alias.matches(ALIAS)) {
      throw invalid("an alias is letters, digits and _");
    }
    MoveRequest request = MoveRequest.parse(body, Set.of("version", "reason"));
    return answer(model, moves.move(model, alias, request.requiredVersion(), request.reason()));
  }

  /** Body: nothing or {@code {"reason": "…"}}. */
  @POST
  @Path("/" + NAME + ":rollback")
  @Consumes(MediaType.WILDCARD)
  @Blocking
  public Map<String, Object> rollBack(
      @PathParam("model") String model,
      @QueryParam("alias") @DefaultValue(ModelHistory.CHAMPION) String alias,
      String body) {
    MoveRequest request = MoveRequest.parse(body, Set.of("reason"));
    return answer(model, moves.rollBack(model, alias, request.reason()));
  }

  private ModelHistory history(String model) {
    followed.require();
    return registry.model(model).orElseThrow(() -> Unknown.model(model));
  }

  private static Map<String, Object> answer(String model, Move move) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.putAll(ModelJson.move(move));
    return body;
  }

  private static int number(String version) {
    try {
      return Integer.parseInt(version);
    } catch (NumberFormatException e) {
      throw invalid("the version must be a whole number");
    }
  }

  private static Instant instant(String text) {
    try {
      return CloudEvents.instant(IsoTime.micros(text));
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid("at must be a time such as 2001-01-25T00:00:00Z");
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, detail);
  }
}
