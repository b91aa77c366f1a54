package io.millrace.ingest.http;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.registry.RegistryUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers everything that no one else answered for, as problem+json too. */
@Provider
public class FailureMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(FailureMapper.class);

  @Override
  public Response toResponse(Throwable failure) {
    return switch (failure) {
      case ProblemException e -> answer(e, e.code().status());
      case KafkaException e -> answer(unavailable(e), ErrorCode.KAFKA_UNAVAILABLE.status());
      case RegistryUnavailableException e ->
          answer(
              new ProblemException(
                  ErrorCode.REGISTRY_UNAVAILABLE,
                  e.getMessage() + "; nothing has been applied, send the request again"),
              ErrorCode.REGISTRY_UNAVAILABLE.status());
      case WebApplicationException e -> answer(refused(e), e.getResponse().getStatus());
      default -> {
        LOG.error("code={} a request failed", ErrorCode.INTERNAL, failure);
        yield answer(
            new ProblemException(ErrorCode.INTERNAL, "the request failed; the log says why"),
            ErrorCode.INTERNAL.status());
      }
    };
  }

  private static ProblemException unavailable(KafkaException failure) {
    LOG.warn("code={} {}", ErrorCode.KAFKA_UNAVAILABLE, failure.toString());
    return new ProblemException(
        ErrorCode.KAFKA_UNAVAILABLE,
        "the broker does not answer, or another instance is applying the same pipeline: "
            + failure.getMessage()
            + "; send the request again");
  }

  /** What the framework refuses before a resource sees it: methods, media types, paths. */
  private static ProblemException refused(WebApplicationException failure) {
    ErrorCode code =
        failure.getResponse().getStatus() == ErrorCode.UNSUPPORTED_MEDIA_TYPE.status()
            ? ErrorCode.UNSUPPORTED_MEDIA_TYPE
            : ErrorCode.INVALID_REQUEST;
    return new ProblemException(code, String.valueOf(failure.getMessage()));
  }

  private static Response answer(ProblemException problem, int status) {
    Map<String, Object> body = new LinkedHashMap<>(problem.toProblem());
    body.put("status", status);
    return Response.status(status).type("application/problem+json").entity(body).build();
  }
}
