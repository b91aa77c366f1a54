package io.millrace.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.http.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever asks for a run may send any body. */
class RunsResourceFuzzTest {
  private static final List<String> REAL = List.of("", "{}", "{\"reason\": \"new codes\"}");

  @Test
  void shouldBearAnyBody() {
    Fuzz.of("request for a run")
        .run(
            random -> Mutation.ofText(random, REAL),
            body -> {
              try {
                assertThat(RunsResource.reason(body)).hasSizeLessThanOrEqualTo(1000);
              } catch (ProblemException refused) {
                assertThat(refused.code().status()).isBetween(400, 499);
              }
            });
  }
}
