package io.millrace.messaging.http;

import io.millrace.contracts.errors.ErrorCode;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses bodies that are longer than a service takes before they are read. One of an unknown
 * length is bounded by the server.
 */
@Provider
public class BodyBound implements ContainerRequestFilter {
  private final long most;

  /**
   * @param most the longest body, in bytes
   */
  @Inject
  public BodyBound(@ConfigProperty(name = "millrace.http.max-body-bytes") long most) {
    this.most = most;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    if (length != null && Long.parseLong(length) > most) {
      throw new ProblemException(
          ErrorCode.BODY_TOO_LARGE,
          "%s bytes of a body; at most %d are allowed".formatted(length, most));
    }
  }
}
