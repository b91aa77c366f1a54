package io.millrace.messaging.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.messaging.clients.RegistryAccess;
import io.millrace.messaging.json.ForeignJson;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.avro.Schema;

/** Apicurio Registry by its REST API v3, group {@code default}. */
public final class ApicurioRegistry implements SchemaRegistry {
  private static final JsonMapper JSON = ForeignJson.mapper().build();

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** A schema of as many fields as a pipeline may have is far below. */
  private static final int MOST_ANSWER_BYTES = 1024 * 1024;

  /** A violated rule is a 400 like other bad requests; only the name tells it apart. */
  private static final String RULE_VIOLATED = "RuleViolationException";

  /** Where in the new schema a cause lies, such as {@code /fields/2/type/1}. */
  private static final Pattern FIELD = Pattern.compile("^/fields/(\\d+)(/.*)?$");

  private final RegistryAccess access;
  private final String base;
  private final Duration timeout;

  /**
   * @param url the registry's root, such as {@code http://localhost:8080}
   */
  public ApicurioRegistry(URI url) {
    this(RegistryAccess.open(url));
  }

  public ApicurioRegistry(RegistryAccess access) {
    this(access, TIMEOUT);
  }

  /**
   * @param timeout for a whole answer, be it slow in its body
   */
  ApicurioRegistry(RegistryAccess access, Duration timeout) {
    this.access = access;
    this.timeout = timeout;
    this.base = access.url().toString().replaceAll("/+$", "") + "/apis/registry/v3";
  }

  @Override
  public Registration register(String artifactId, Schema schema) {
    Registration registration = create(artifactId, schema, false);
    if (registration instanceof Registration.Accepted) {
      requireBackwardTransitive(artifactId);
    }
    return registration;
  }

  @Override
  public Registration check(String artifactId, Schema schema) {
    return create(artifactId, schema, true);
  }

  @Override
  public Optional<Schema> schema(int id) {
    if (id <= 0) {
      return Optional.empty(); // the registry counts from 1, and calls others a bad request
    }
    HttpResponse<String> response = send("GET", "/ids/contentIds/" + id, null);
    if (response.statusCode() == 200) {
      return Optional.of(avro(response));
    }
    if (response.statusCode() == 404 && isOwn(response)) {
      return Optional.empty();
    }
    throw unexpected(response);
  }

  /** Only a registry with {@code apicurio.rest.deletion.artifact.enabled} removes any. */
  @Override
  public Removal remove(String artifactId) {
    HttpResponse<String> response =
        send(
            "DELETE",
            "/groups/default/artifacts/" + URLEncoder.encode(artifactId, StandardCharsets.UTF_8),
            null);
    return switch (response.statusCode()) {
      case 200, 204 -> Removal.REMOVED;
      case 405 -> Removal.NOT_ALLOWED;
      case 404 -> {
        if (!isOwn(response)) {
          throw unexpected(response);
        }
        yield Removal.NOT_THERE;
      }
      default -> throw unexpected(response);
    };
  }

  /** Whatever is not Avro is believed to stand there only if the registry itself says so. */
  private static Schema avro(HttpResponse<String> response) {
    return parsed(response.body())
        .orElseThrow(
            () ->
                isOwn(response)
                    ? new UnusableSchemaException(
                        "is no Avro schema, or is larger than 1 MiB, or refers to others")
                    : unexpected(response));
  }

  /** Empty for what is no Avro schema that stands by itself. */
  static Optional<Schema> parsed(String text) {
    try {
      return Optional.of(new Schema.Parser().parse(text));
    } catch (RuntimeException | StackOverflowError e) { // a closed set Avro has not
      return Optional.empty();
    }
  }

  /** Whether the registry answered, and not, say, a page in front of one that is away. */
  private static boolean isOwn(HttpResponse<String> response) {
    return response.statusCode() == 200
        ? response.headers().firstValue("Content-Disposition").isPresent()
        : parse(response.body()).path("status").asInt() == response.statusCode();
  }

  private Registration create(String artifactId, Schema schema, boolean dryRun) {
    ObjectNode body = JSON.createObjectNode();
    body.put("artifactId", artifactId).put("artifactType", "AVRO");
    body.putObject("firstVersion")
        .putObject("content")
        .put("content", schema.toString())
        .put("contentType", "application/json");
    HttpResponse<String> response =
        send(
            "POST",
            "/groups/default/artifacts?ifExists=FIND_OR_CREATE_VERSION&dryRun=" + dryRun,
            body.toString());
    if (response.statusCode() == 200) {
      JsonNode version = parse(response.body()).path("version");
      int contentId = version.path("contentId").asInt();
      if (!version.path("artifactId").asText().equals(artifactId) || !dryRun && contentId <= 0) {
        throw unexpected(response);
      }
      return new Registration.Accepted(dryRun ? 0 : contentId);
    }
    JsonNode problem = parse(response.body());
    if (RULE_VIOLATED.equals(problem.path("name").asText())) {
      return new Registration.Incompatible(artifactId, field(problem, schema), reason(problem));
    }
    throw unexpected(response);
  }

  private void requireBackwardTransitive(String artifactId) {
    ObjectNode rule =
        JSON.createObjectNode()
            .put("ruleType", "COMPATIBILITY")
            .put("config", "BACKWARD_TRANSITIVE");
    HttpResponse<String> response =
        send(
            "POST",
            "/groups/default/artifacts/"
                + URLEncoder.encode(artifactId, StandardCharsets.UTF_8)
                + "/rules",
            rule.toString());
    if (response.statusCode() != 204
        && response.statusCode() != 200
        && response.statusCode() != 409) {
      throw unexpected(response);
    }
  }

  private HttpResponse<String> send(
      String method, String path, @org.jspecify.annotations.Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    authorize(request);
    CompletableFuture<HttpResponse<String>> answer =
        access.http().sendAsync(request.build(), headers -> new BoundedBody(MOST_ANSWER_BYTES));
    try {
      HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() == 401 || response.statusCode() == 403) {
        throw new RegistryRefusedException(
            "the schema registry at " + base + " answers " + response.statusCode() + " to us");
      }
      return response;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SSLException untrusted) {
        throw new RegistryRefusedException(
            "no TLS with the schema registry at " + base + ": " + untrusted.getMessage(),
            untrusted);
      }
      throw new RegistryUnavailableException("no answer from the schema registry at " + base, e);
    } catch (TimeoutException e) {
      throw new RegistryUnavailableException("no answer from the schema registry at " + base, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while asking the schema registry", e);
    } finally {
      answer.cancel(true); // of one that is complete nothing is left to cancel
    }
  }

  private void authorize(HttpRequest.Builder request) {
    try {
      access.authorization().get().ifPresent(header -> request.header("Authorization", header));
    } catch (UncheckedIOException e) {
      throw new RegistryRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String reason(JsonNode problem) {
    String causes =
        problem.path("causes").findValuesAsText("description").stream()
            .reduce((a, b) -> a + "; " + b)
            .orElse("");
    String detail = problem.path("detail").asText(problem.path("title").asText("incompatible"));
    return causes.isEmpty() ? detail : causes;
  }

  private static Optional<String> field(JsonNode problem, Schema schema) {
    for (String context : problem.path("causes").findValuesAsText("context")) {
      Matcher matcher = FIELD.matcher(context);
      if (matcher.matches()) {
        int index = Integer.parseInt(matcher.group(1));
        if (schema.getType() == Schema.Type.RECORD && index < schema.getFields().size()) {
          return Optional.of(schema.getFields().get(index).name());
        }
      }
    }
    return Optional.empty();
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException | StackOverflowError e) {
      throw new RegistryUnavailableException("the schema registry answered no JSON", e);
    }
  }

  private static RegistryUnavailableException unexpected(HttpResponse<String> response) {
    return new RegistryUnavailableException(
        "the schema registry answered " + response.statusCode() + " to " + response.uri());
  }
}
