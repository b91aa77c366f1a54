package io.millrace.monitor.http;

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
      case KafkaException e -> {
        LOG.warn("code={} {}", ErrorCode.KAFKA_UNAVAILABLE, e.toString());
        yield answer(
            ErrorCode.KAFKA_UNAVAILABLE,
            "the broker does not answer: " + e.getMessage() + "; send the request again");
      }
      case RegistryUnavailableException e ->
          answer(ErrorCode.REGISTRY_UNAVAILABLE, e.getMessage() + "; send the request again");
      case WebApplicationException e ->
          answer(
              new ProblemException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage())),
              e.getResponse().getStatus());
      default -> {
        LOG.error("code={} a request failed", ErrorCode.INTERNAL, failure);
        yield answer(ErrorCode.INTERNAL, "the request failed; the log says why");
      }
    };
  }

  private static Response answer(ErrorCode code, String detail) {
    return answer(new ProblemException(code, detail), code.status());
  }

  private static Response answer(ProblemException problem, int status) {
    Map<String, Object> body = new LinkedHashMap<>(problem.toProblem());
    body.put("status", status);
    return Response.status(status).type("application/problem+json").entity(body).build();
  }
}
