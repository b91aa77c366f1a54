package io.millrace.transformer.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.PartWritten;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
  private static final Instant DAY = Instant.parse("2001-01-08T00:00:00Z");
  private static final Duration DELAY = Duration.ofMinutes(15);

  private final List<PartWritten> parts = new ArrayList<>();

  @Test
  void shouldMergeAnHourOnceItIsOver() {
    add(240, DAY, 1_000);

    assertThat(groups(DAY.plus(Duration.ofMinutes(74)))).isEmpty();
    assertThat(groups(DAY.plus(Duration.ofMinutes(75)))).containsExactly(parts);
  }

  @Test
  void shouldMergeADayOnceItIsOverWhateverItsPartsAreMadeOf() {
    List<PartWritten> hours = new ArrayList<>();
    for (int hour = 0; hour < 24; hour++) {
      hours.add(compacted(DAY.plus(Duration.ofHours(hour)), 240_000));
    }
    parts.addAll(hours);
    PartWritten late = part(0, 1, 900_000, DAY.plus(Duration.ofHours(3)), 1_000);
    parts.add(late);

    assertThat(groups(DAY.plus(Duration.ofHours(24)))).isEmpty();
    parts.add(part(0, 1, 950_000, DAY.plus(Duration.ofHours(25)), 1_000));
    assertThat(groups(DAY.plus(Duration.ofHours(25))))
        .singleElement()
        .satisfies(group -> assertThat(group).hasSize(25).contains(late));
  }

  @Test
  void shouldMergeLateRowsOfAnHourWithEachOtherUntilTheDayIsOver() {
    PartWritten hour = compacted(DAY, 240_000);
    parts.add(hour);
    add(2, DAY.plusSeconds(60), 1_000);

    assertThat(groups(DAY.plus(Duration.ofHours(2))))
        .singleElement()
        .satisfies(group -> assertThat(group).hasSize(2).doesNotContain(hour));
  }

  @Test
  void shouldRewriteALargePartOnlyForWhatIsWorthIt() {
    parts.add(compacted(DAY, 5_000_000));
    add(15, DAY.plusSeconds(60), 1_000);
    List<PartWritten> before = List.copyOf(parts);
    Instant later = DAY.plus(Duration.ofDays(2));

    assertThat(groups(later)).as("%d", before.size()).containsExactly(before);
    parts.removeLast();
    assertThat(groups(later)).as("15 of which 14 are tiny").isEmpty();
    parts.add(part(0, 1, 800_000, DAY.plusSeconds(120), 1_300_000));
    assertThat(groups(later)).hasSize(1);
  }

  @Test
  void shouldKeepPartitionsAndVersionsApart() {
    for (int number = 0; number < 8; number++) {
      parts.add(part(number % 2, 1 + number / 4, number * 10, DAY.plusSeconds(number), 1_000));
    }

    List<List<PartWritten>> groups = groups(DAY.plus(Duration.ofHours(2)));

    assertThat(groups).hasSize(4).allMatch(group -> group.size() == 2);
    assertThat(groups)
        .allSatisfy(
            group ->
                assertThat(group)
                    .extracting(PartWritten::getPartition, PartWritten::getPipelineVersion)
                    .hasSize(2)
                    .containsOnly(
                        org.assertj.core.api.Assertions.tuple(
                            group.getFirst().getPartition(),
                            group.getFirst().getPipelineVersion())));
  }

  @Test
  void shouldLeaveLargePartsAndBoundAGroup() {
    parts.add(part(0, 1, 0, DAY, 64L << 20));
    for (int number = 1; number <= 10; number++) {
      parts.add(part(0, 1, number * 10, DAY.plusSeconds(number), 30L << 20));
    }
    for (int number = 0; number < 1_200; number++) {
      Instant from = DAY.plus(Duration.ofHours(1)).plusSeconds(2L * number);
      parts.add(part(0, 1, 10_000 + number * 10L, from, 1_000));
    }

    List<List<PartWritten>> groups = groups(DAY.plus(Duration.ofHours(3)));

    assertThat(groups).extracting(List::size).containsExactly(4, 4, 2, 500, 500, 200);
  }

  @Test
  void shouldEndWithFewPartsInWhateverOrderTheyAreTold() {
    add(5_760, DAY, 1_000);
    Collections.shuffle(parts, new Random(1));
    Instant later = DAY.plus(Duration.ofDays(1)).plus(DELAY);

    int merges = 0;
    for (List<List<PartWritten>> found = groups(later); !found.isEmpty(); found = groups(later)) {
      for (List<PartWritten> group : found) {
        parts.removeAll(group);
        parts.add(
            PartWritten.newBuilder(group.getLast())
                .setReason(CompactionPlan.COMPACTED)
                .setBytes(group.stream().mapToLong(PartWritten::getBytes).sum())
                .build());
        merges++;
      }
    }

    assertThat(parts).hasSize(1);
    assertThat(merges).isEqualTo(13);
    assertThat(parts.getFirst().getBytes()).isEqualTo(5_760_000);
  }

  private List<List<PartWritten>> groups(Instant clock) {
    return CompactionPlan.at(clock, DELAY).groups(parts);
  }

  /** One every 15 seconds. */
  private void add(int count, Instant from, long bytes) {
    for (int number = 0; number < count; number++) {
      long offset = 10L * (parts.size() + 1_000);
      parts.add(part(0, 1, offset, from.plusSeconds(15L * (number % 5_760)), bytes));
    }
  }

  private static PartWritten compacted(Instant from, long bytes) {
    return PartWritten.newBuilder(part(0, 1, from.getEpochSecond() % 86_400, from, bytes))
        .setReason(CompactionPlan.COMPACTED)
        .build();
  }

  private static PartWritten part(
      int partition, int version, long offset, Instant from, long bytes) {
    return PartWritten.newBuilder()
        .setPipeline("tiny")
        .setPart(partition + "-" + offset + "-" + from.getEpochSecond())
        .setUri("file:///none")
        .setSha256("0".repeat(64))
        .setBytes(bytes)
        .setRows(1)
        .setPartition(partition)
        .setFirstOffset(offset)
        .setLastOffset(offset + 9)
        .setMinTime(from)
        .setMaxTime(from.plusSeconds(14))
        .setPipelineVersion(version)
        .build();
  }
}
