package io.millrace.serving.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.http.ProblemMapper;
import io.millrace.serving.protocol.InferenceException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InferenceErrorsTest {
  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void shouldAnswerAsAnyProblemButForTheBody(ErrorCode code) {
    Response problem = new ProblemMapper().toResponse(new ProblemException(code, "why"));

    Response answer = new InferenceErrors().toResponse(new InferenceException(code, "why"));

    assertThat(answer.getStatus()).isEqualTo(code.status()).isEqualTo(problem.getStatus());
    assertThat(answer.getHeaderString(HttpHeaders.RETRY_AFTER))
        .isEqualTo(code.status() == 503 ? "10" : null)
        .isEqualTo(problem.getHeaderString(HttpHeaders.RETRY_AFTER));
    assertThat(answer.getEntity()).isEqualTo(Map.of("error", "why", "code", code.name()));
  }
}
