package io.millrace.messaging.http;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.failures.Failure;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers everything that can go wrong with a request as {@code application/problem+json}, by whose
 * fault it is. What is away comes back: so a 503 says when to ask again.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);
  private static final int RETRY_AFTER_SECONDS = 10;

  @Override
  public Response toResponse(Throwable thrown) {
    return switch (thrown) {
      case ProblemException problem -> answer(problem, problem.code().status());
      case WebApplicationException refused ->
          answer(refused(refused), refused.getResponse().getStatus());
      default -> {
        Failure failure = Failure.of(thrown);
        yield answer(
            new ProblemException(failure.code(), detail(failure, thrown)), failure.code().status());
      }
    };
  }

  private static String detail(Failure failure, Throwable thrown) {
    return switch (failure.code().fault().notice()) {
      case ANSWER, ALERT -> failure.message();
      case WARNING -> {
        LOG.warn("code={} {}", failure.code(), failure.message());
        yield (failure.code() == ErrorCode.KAFKA_UNAVAILABLE
                ? "the broker does not answer, or another request changes the same thing: "
                : "")
            + failure.message()
            + "; send the request again";
      }
      case ALARM -> {
        LOG.warn("code={} {}", failure.code(), failure.message());
        yield failure.message()
            + "; that does not pass by itself, whoever runs Millrace has to act";
      }
      case ERROR -> {
        LOG.error("code={} a request failed", failure.code(), thrown);
        yield "the request failed; the log says why";
      }
    };
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
    Response.ResponseBuilder answer =
        Response.status(status).type("application/problem+json").entity(body);
    return status == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()
        ? answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS).build()
        : answer.build();
  }
}
