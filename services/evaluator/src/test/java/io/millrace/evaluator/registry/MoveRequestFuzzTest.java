package io.millrace.evaluator.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.http.ProblemException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoveRequestFuzzTest {
  private static final List<String> REAL =
      List.of(
          "{\"version\": 1, \"reason\": \"3 is worse\"}",
          "{\"version\": 2147483647}",
          "{\"reason\": \"\"}",
          "");

  @Test
  void shouldBearAnyBody() {
    Fuzz.of("moves of aliases")
        .run(
            random -> Mutation.ofText(random, REAL),
            body -> {
              try {
                int unused = MoveRequest.parse(body, Set.of("version", "reason")).requiredVersion();
              } catch (ProblemException refused) {
                assertThat(refused.code().status()).isEqualTo(400);
              }
            });
  }
}
