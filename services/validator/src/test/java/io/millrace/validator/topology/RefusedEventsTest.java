package io.millrace.validator.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.validator.Flights;
import io.millrace.validator.messages.Message;
import io.millrace.validator.messages.MessageSerde;
import io.millrace.validator.messages.Origin;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RefusedEventsTest {
  private static final byte[] KEY = {1};
  private static final byte[] ORIGINAL = {2, 3};
  private final RefusedEvents refused = new RefusedEvents(Flights.pipeline());

  @Test
  void shouldNameTheStreamOfItsTopic() {
    ConsumerRecord<byte[], byte[]> origin =
        refused.origin(new ConsumerRecord<>("millrace.flights.arrivals", 3, 17, KEY, ORIGINAL));

    assertPlace(origin, "arrivals", 3, 17);
  }

  @Test
  void shouldFindTheEventThatAMessageIsAbout() {
    Message event =
        new Message.Event(1, new Origin(2, 9, KEY), 0, ORIGINAL, new byte[] {4}, List.of());
    byte[] message = MessageSerde.serde().serializer().serialize("by-id", event);

    ConsumerRecord<byte[], byte[]> origin =
        refused.origin(new ConsumerRecord<>("x-by-id-repartition", 0, 5, new byte[] {7}, message));

    assertPlace(origin, "arrivals", 2, 9);
  }

  @Test
  void shouldTakeWhatIsNoMessageAsItIs() {
    ConsumerRecord<byte[], byte[]> junk =
        new ConsumerRecord<>("x-by-id-repartition", 0, 5, KEY, new byte[] {0, 1});

    assertThat(refused.origin(junk)).isSameAs(junk);
  }

  private static void assertPlace(
      ConsumerRecord<byte[], byte[]> origin, String stream, int partition, long offset) {
    assertThat(origin.topic()).isEqualTo("millrace.flights." + stream);
    assertThat(origin.partition()).isEqualTo(partition);
    assertThat(origin.offset()).isEqualTo(offset);
    assertThat(origin.key()).isEqualTo(KEY);
    assertThat(origin.value()).isEqualTo(ORIGINAL);
    assertThat(new String(origin.headers().lastHeader("millrace_stream").value(), UTF_8))
        .isEqualTo(stream);
  }
}
