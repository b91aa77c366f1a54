package io.millrace.transformer.online;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.features.online.OnlineStore;
import io.millrace.messaging.http.ProblemException;
import java.net.URI;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is refused before Redis is asked. */
class OnlineReadTest {
  @Test
  void shouldRefuseAnAnswerOfMoreValuesThanItMayHave() {
    String first = "      origin_delay_1h: ";
    assertThat(Flights.YAML).contains(first);
    String more =
        IntStream.range(0, 60)
            .mapToObj(
                "      w%d: {entity: origin, mean: delay_minutes, window: 1h, pane: 5m}%n"
                    ::formatted)
            .collect(Collectors.joining());
    Pipeline pipeline =
        ((PipelineFile.Valid) PipelineFile.parse(Flights.YAML.replace(first, more + first), "many"))
            .pipeline();
    int rows = Limit.ONLINE_VALUES.most() / pipeline.windowed().size() + 1;
    String body =
        """
        {"feature_service": "flights", "entities": {"origin": [%s], "gate": [%s]}}
        """
            .formatted(
                String.join(", ", Collections.nCopies(rows, "\"JFK\"")),
                String.join(", ", Collections.nCopies(rows, "1")));
    try (OnlineStore store = new OnlineStore(URI.create("redis://localhost:1"))) {
      OnlineRead read = new OnlineRead(store, name -> Optional.of(pipeline));

      assertThatThrownBy(() -> read.answer(OnlineRequest.parse(body.getBytes(UTF_8))))
          .isInstanceOfSatisfying(
              ProblemException.class,
              problem -> assertThat(problem.code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE))
          .hasMessageContaining("at most 500000 are allowed");
    }
  }
}
