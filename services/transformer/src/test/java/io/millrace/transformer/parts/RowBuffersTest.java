package io.millrace.transformer.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.clients.KafkaClients;
import io.millrace.transformer.parts.RowBatch.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowBuffersTest {
  private static final Instant NOON = Instant.parse("2001-01-01T12:00:00Z");
  private static final long POSITION = 1_000;

  private final RowBuffers buffers =
      new RowBuffers(
          new PartSettings(
              KafkaClients.at("unused"),
              "one",
              Path.of("unused"),
              3,
              Duration.ofSeconds(15),
              Duration.ofSeconds(3),
              100));

  @Test
  void shouldCutNothingWhileRowsAreFewAndYoung() {
    add(0, 10, NOON);
    add(0, 11, NOON.plusSeconds(2));

    assertThat(cut(NOON.plusSeconds(4))).isEmpty();
  }

  @Test
  void shouldCutAFullPartitionAndKeepTheRest() {
    for (long offset : new long[] {10, 12, 13, 17}) {
      add(0, offset, NOON);
    }
    add(1, 5, NOON);

    assertThat(cut(NOON)).containsExactly("0: 10-13 then 14, 3 rows");
    assertThat(cut(NOON)).isEmpty();
    assertThat(buffers.isEmpty(0)).isFalse();
  }

  @Test
  void shouldGoOnAtTheConsumersPositionWhenNoRowIsLeft() {
    add(0, 10, NOON);
    add(0, 11, NOON);
    add(0, 12, NOON);

    assertThat(cut(NOON)).containsExactly("0: 10-12 then 1000, 3 rows");
  }

  @Test
  void shouldCutOnlyThePartitionWhoseFirstRowIsOld() {
    add(0, 10, NOON);
    add(1, 20, NOON.plusSeconds(1));
    add(0, 11, NOON.plusSeconds(14));

    assertThat(cut(NOON.plusSeconds(15))).containsExactly("0: 10-11 then 1000, 2 rows");
  }

  @Test
  void shouldCutEverythingWhenNoRowHasComeForAWhile() {
    add(1, 20, NOON);
    add(0, 10, NOON.plusSeconds(1));

    assertThat(cut(NOON.plusSeconds(4)))
        .containsExactly("0: 10-10 then 1000, 1 rows", "1: 20-20 then 1000, 1 rows");
  }

  @Test
  void shouldCutTheLargestWhenTooManyBytesAreHeld() {
    buffers.add(0, new Row(1, new byte[40], 1), NOON);
    buffers.add(1, new Row(2, new byte[70], 1), NOON);

    assertThat(cut(NOON)).containsExactly("1: 2-2 then 1000, 1 rows");
    assertThat(cut(NOON)).isEmpty();
  }

  @Test
  void shouldForgetTheRowsOfARevokedPartition() {
    add(0, 10, NOON);
    add(1, 20, NOON);

    buffers.drop(List.of(0, 7));

    assertThat(cut(NOON.plusSeconds(60))).containsExactly("1: 20-20 then 1000, 1 rows");
  }

  private void add(int partition, long offset, Instant now) {
    buffers.add(partition, new Row(offset, new byte[] {(byte) offset}, 1), now);
  }

  private List<String> cut(Instant now) {
    return buffers.cut(now, partition -> POSITION).stream()
        .map(
            batch ->
                "%d: %d-%d then %d, %d rows"
                    .formatted(
                        batch.partition(),
                        batch.firstOffset(),
                        batch.lastOffset(),
                        batch.nextOffset(),
                        batch.rows().size()))
        .toList();
  }
}
