package io.millrace.serving.online;

import io.millrace.serving.protocol.InferenceException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers what can't be answered as both protocols have it. */
@Provider
public class InferenceErrors implements ExceptionMapper<InferenceException> {
  @Override
  public Response toResponse(InferenceException refused) {
    return Response.status(refused.code().status())
        .type(MediaType.APPLICATION_JSON)
        .entity(refused.toJson())
        .build();
  }
}
