package io.millrace.messaging.http;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers a {@link ProblemException} as {@code application/problem+json}. */
@Provider
public class ProblemMapper implements ExceptionMapper<ProblemException> {
  @Override
  public Response toResponse(ProblemException problem) {
    return Response.status(problem.code().status())
        .type("application/problem+json")
        .entity(problem.toProblem())
        .build();
  }
}
