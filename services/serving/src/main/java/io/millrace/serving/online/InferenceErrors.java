package io.millrace.serving.online;

import io.millrace.messaging.http.ProblemMapper;
import io.millrace.serving.protocol.InferenceException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers what can't be answered as any problem is, with the body that both protocols have. */
@Provider
public class InferenceErrors implements ExceptionMapper<InferenceException> {
  private final ProblemMapper problems = new ProblemMapper();

  @Override
  public Response toResponse(InferenceException refused) {
    return problems
        .answer(refused)
        .type(MediaType.APPLICATION_JSON)
        .entity(refused.toJson())
        .build();
  }
}
