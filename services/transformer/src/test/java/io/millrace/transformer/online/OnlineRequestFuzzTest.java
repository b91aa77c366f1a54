package io.millrace.transformer.online;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.http.ProblemException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The door of the online read. */
class OnlineRequestFuzzTest {
  private static final Pipeline PIPELINE = Flights.PIPELINE;
  private static final List<String> REAL =
      List.of(
          "{\"features\": [\"flights:origin_delay_3h\"], \"entities\": {\"origin\": [\"JFK\", 7]},"
              + " \"full_feature_names\": true}",
          "{\"feature_service\": \"flights\", \"entities\": {\"origin\": [null], \"dest\": [\"LAX\"]}}");

  @Test
  void shouldBearAnyBody() {
    Fuzz.of("get-online-features")
        .run(
            random ->
                random.nextInt(10) == 0
                    ? Mutation.noise(random)
                    : Mutation.ofText(random, REAL).getBytes(UTF_8),
            body -> {
              try {
                OnlineRequest request = OnlineRequest.parse(body);
                assertThat(request.rows()).isNotNegative();
                assertThat(FeatureReference.of(request, name -> Optional.of(PIPELINE)))
                    .isNotEmpty();
              } catch (ProblemException refused) {
                assertThat(refused.code().status()).isBetween(400, 499);
              }
            });
  }
}
