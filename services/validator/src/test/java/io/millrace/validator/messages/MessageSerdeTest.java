package io.millrace.validator.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import io.millrace.validator.checks.Violation;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.WithNull;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MessageSerdeTest {
  @Property
  void shouldBringAnEventThroughBytes(
      @ForAll @IntRange(max = 1) int stream,
      @ForAll long time,
      @ForAll @WithNull byte @Nullable [] key,
      @ForAll byte[] original,
      @ForAll @WithNull byte @Nullable [] content,
      @ForAll("violations") List<Violation> violations) {
    Message.Event event =
        new Message.Event(
            stream,
            new Origin(3, 1L << 40, key),
            time,
            original,
            content == null ? original : content,
            violations);

    Message back = MessageSerde.fromBytes(MessageSerde.toBytes(event));

    assertThat(back).usingRecursiveComparison().isEqualTo(event);
  }

  @Property
  void shouldBringClocksThroughBytes(
      @ForAll @IntRange(max = 1) int stream, @ForAll int source, @ForAll long micros) {
    Message passed = new Message.Passed(stream, source, micros);
    Message idle = new Message.Idle(stream, source, micros);

    assertThat(MessageSerde.fromBytes(MessageSerde.toBytes(passed))).isEqualTo(passed);
    assertThat(MessageSerde.fromBytes(MessageSerde.toBytes(idle))).isEqualTo(idle);
  }

  @Property
  void shouldBringAWaitingRecordThroughBytes(
      @ForAll @WithNull byte @Nullable [] key,
      @ForAll byte[] value,
      @ForAll String header,
      @ForAll @WithNull byte @Nullable [] headerValue) {
    Waiting waiting =
        new Waiting(
            new Origin(1, 2, key),
            new RecordHeaders().add(header, headerValue).add("twice", value).add("twice", value),
            value);

    Waiting back = Waiting.fromBytes(waiting.toBytes());

    assertThat(back.headers()).isEqualTo(waiting.headers());
    assertThat(back.origin()).usingRecursiveComparison().isEqualTo(waiting.origin());
    assertThat(back.value()).isEqualTo(value);
  }

  @Test
  void shouldBearAnyBytes() {
    Violation violation = new Violation(ErrorCode.NO_TIME, "time", "none");
    List<byte[]> real =
        List.of(
            MessageSerde.toBytes(new Message.Passed(1, 2, 3)),
            MessageSerde.toBytes(new Message.Idle(0, 1, 7)),
            MessageSerde.toBytes(
                new Message.Event(
                    0,
                    new Origin(1, 2, new byte[5]),
                    6,
                    new byte[9],
                    new byte[8],
                    List.of(violation))));

    Fuzz.of("messages by id")
        .run(
            random -> random.nextBoolean() ? Mutation.noise(random) : Mutation.of(random, real),
            bytes -> {
              Message message = MessageSerde.fromBytes(bytes);
              if (message instanceof Message.Foreign foreign) {
                assertThat(foreign.bytes()).isEqualTo(bytes);
              }
            });
  }

  @Test
  void shouldSendTheSameBytesOnce() {
    byte[] value = new byte[100];
    Message.Event event = new Message.Event(0, new Origin(0, 0, null), 0, value, value, List.of());

    byte[] bytes = MessageSerde.toBytes(event);

    assertThat(bytes).hasSizeLessThan(150);
    Message.Event back = (Message.Event) MessageSerde.fromBytes(bytes);
    assertThat(back.content()).isSameAs(back.original());
  }

  @Provide
  Arbitrary<List<Violation>> violations() {
    return Combinators.combine(
            Arbitraries.of(ErrorCode.class), Arbitraries.strings(), Arbitraries.strings())
        .as(Violation::new)
        .list()
        .ofMaxSize(4);
  }
}
