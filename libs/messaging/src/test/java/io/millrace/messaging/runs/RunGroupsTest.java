package io.millrace.messaging.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunGroupsTest {
  /** What a pipeline may be called; its applications and writers have this behind the service. */
  private static final String OF_PIPELINES = "-[a-z][a-z0-9_]*(-[a-z]+)*";

  @ParameterizedTest
  @ValueSource(strings = {"transformer", "trainer", "evaluator"})
  void shouldBeNoGroupOfAPipelineWhateverItIsCalled(String service) {
    Pattern pipelines = Pattern.compile("millrace-" + service + OF_PIPELINES);

    assertThat("millrace-" + service + "-runs").matches(pipelines);
    assertThat(RunClients.group(service)).doesNotMatch(pipelines);
  }
}
