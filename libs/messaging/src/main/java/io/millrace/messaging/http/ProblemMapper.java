package io.millrace.messaging.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Answers a {@link ProblemException} as {@code application/problem+json}. What is away comes back:
 * so a 503 says when to ask again.
 */
@Provider
public class ProblemMapper implements ExceptionMapper<ProblemException> {
  private static final int RETRY_AFTER_SECONDS = 10;

  @Override
  public Response toResponse(ProblemException problem) {
    Response.ResponseBuilder answer =
        Response.status(problem.code().status())
            .type("application/problem+json")
            .entity(problem.toProblem());
    return problem.code().status() == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()
        ? answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS).build()
        : answer.build();
  }
}
