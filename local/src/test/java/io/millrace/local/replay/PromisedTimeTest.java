package io.millrace.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.local.replay.files.Event;
import io.millrace.messaging.watermarks.Watermarks;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Events in the order of their time, in two streams; {@code maxAhead} is a week and a year. */
class PromisedTimeTest {
  private static final long DAY = TimeUnit.DAYS.toMicros(1);
  private static final long T = 12_000 * DAY;

  private final PromisedTime promise = new PromisedTime(pipeline());

  @Test
  void shouldPromiseNothingBeforeTheFirstEvent() {
    assertThat(promise.time()).isEqualTo(Watermarks.NONE);
  }

  @Test
  void shouldNotPromiseTheTimeOfALastEventThatMayBeAMistake() {
    come(0, "a", T);
    come(1, "a", T + 1);
    come(0, "b", T + 2);
    come(0, "c", T + 700 * DAY);
    come(1, "c", T + 701 * DAY);

    assertThat(promise.time()).isEqualTo(T + 2);
  }

  @Test
  void shouldPromiseWhatIsBehindAGapFromTheThirdIdOn() {
    come(0, "a", T);
    come(0, "b", T + 30 * DAY);
    come(0, "b", T + 30 * DAY);
    come(0, "c", T + 30 * DAY);
    assertThat(promise.time()).isEqualTo(T);

    come(0, "d", T + 31 * DAY);
    assertThat(promise.time()).isEqualTo(T + 31 * DAY);
  }

  @Test
  void shouldTakeThreeMistakesForThemselvesNotForOneAnother() {
    come(0, "a", T);
    come(0, "b", T + 30 * DAY);
    come(0, "c", T + 1_000 * DAY);
    come(0, "d", T + 3_000 * DAY);

    assertThat(promise.time()).isEqualTo(T + 30 * DAY);
  }

  @Test
  void shouldGoByTheBoundOfTheStream() {
    come(1, "a", T);
    come(1, "b", T + 300 * DAY);

    assertThat(promise.time()).isEqualTo(T + 300 * DAY);
  }

  @Test
  void shouldPassOverEventsThatSayNothing() {
    come(0, "a", T);
    promise.next(new Event(0, null, "b", List.of()));
    promise.next(new Event(0, T + 30 * DAY, null, List.of()));

    assertThat(promise.time()).isEqualTo(T);
  }

  private void come(int stream, String id, long time) {
    promise.next(new Event(stream, time, id, List.of()));
  }

  private static List<Stream> pipeline() {
    String yaml =
        """
        apiVersion: millrace.io/v1
        kind: Pipeline
        metadata: {name: tiny}
        spec:
          streams:
            asked: {role: example, id: id, time: at, fields: {id: {type: STRING}, at: {type: TIMESTAMP}, n: {type: INT}}}
            told: {role: label, id: id, time: at, maxAhead: 365d, fields: {id: {type: STRING}, at: {type: TIMESTAMP}, y: {type: FLOAT}}}
          label: {name: late, kind: BINARY, value: "y > 15.0", within: 48h}
          transform: [{op: identity, inputs: [n]}]
        """;
    Pipeline pipeline = ((PipelineFile.Valid) PipelineFile.parse(yaml, "tiny.yaml")).pipeline();
    return List.of(pipeline.exampleStream(), pipeline.labelStream());
  }
}
