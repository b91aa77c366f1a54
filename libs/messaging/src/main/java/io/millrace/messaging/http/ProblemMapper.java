package io.millrace.messaging.http;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.failures.Failure;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers everything that can go wrong with a request as {@code application/problem+json}, by whose
 * fault it is. What is away comes back: so a 503 says when to ask again.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final Map<ErrorCode, Long> logged = new ConcurrentHashMap<>();

  @Override
  public Response toResponse(Throwable thrown) {
    return switch (thrown) {
      case ProblemException problem -> problem(answer(problem), problem.toProblem());
      case WebApplicationException refused -> {
        int status = refused.getResponse().getStatus();
        Map<String, Object> body = new LinkedHashMap<>(refused(refused).toProblem());
        body.put("status", status);
        yield problem(answer(status), body);
      }
      default -> {
        Failure failure = Failure.of(thrown);
        yield problem(
            answer(thrown), new ProblemException(failure.code(), detail(failure)).toProblem());
      }
    };
  }

  /**
   * Status and headers for what was thrown, to which a door that speaks another protocol adds its
   * own body. The log hears of it as its fault has it.
   */
  public Response.ResponseBuilder answer(Throwable thrown) {
    Failure failure = Failure.of(thrown);
    log(failure, thrown);
    return answer(failure.code().status());
  }

  private static Response.ResponseBuilder answer(int status) {
    Response.ResponseBuilder answer = Response.status(status);
    return status == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()
        ? answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER.toSeconds())
        : answer;
  }

  private static Response problem(Response.ResponseBuilder answer, Map<String, Object> body) {
    return answer.type("application/problem+json").entity(body).build();
  }

  private void log(Failure failure, Throwable thrown) {
    switch (failure.code().fault().notice()) {
      case ANSWER, ALERT -> {}
      case WARNING, ALARM -> {
        if (isNews(failure.code())) {
          LOG.warn("code={} {}", failure.code(), failure.message());
        }
      }
      case ERROR -> {
        if (failure.code() == ErrorCode.INTERNAL || isNews(failure.code())) {
          LOG.error("code={} a request failed", failure.code(), thrown);
        }
      }
    }
  }

  /** Whoever is told to ask again in a while, and does so at once, fills no log. */
  private boolean isNews(ErrorCode code) {
    long now = System.nanoTime();
    return logged.merge(
            code, now, (last, next) -> next - last < RETRY_AFTER.toNanos() ? last : next)
        == now;
  }

  private static String detail(Failure failure) {
    return switch (failure.code().fault().notice()) {
      case ANSWER, ALERT -> failure.message();
      case WARNING ->
          (failure.code() == ErrorCode.KAFKA_UNAVAILABLE
                  ? "the broker does not answer, or another request changes the same thing: "
                  : "")
              + failure.message()
              + "; send the request again";
      case ALARM ->
          failure.message() + "; that does not pass by itself, whoever runs Millrace has to act";
      case ERROR -> "the request failed; the log says why";
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
}
