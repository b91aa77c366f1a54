package io.millrace.local.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is replayed, and what changes on the way.
 *
 * @param folder holds the pipeline file and the data
 * @param switchAt from this event time on codes are others
 * @param fields of examples whose codes change
 * @param prefix what a code gets in front
 * @param mostLag how many records at most stand before the services: so much later, in events, is
 *     all that they do
 * @param usualDay the wall time that a day of events takes at least; zero to go as the system
 *     follows
 * @param slowDay the wall time that a day of events takes at least while a run is open
 * @param most event time that passes so while one run is open; the rest waits for its end
 * @param leastUsual what the live AUC before the switch is above, whichever rows the first model
 *     was trained on: it has learned what it must
 */
public record DemoScript(
    Path folder,
    Optional<Instant> from,
    Optional<Instant> to,
    Instant switchAt,
    List<String> fields,
    String prefix,
    long mostLag,
    Duration usualDay,
    Duration slowDay,
    Duration most,
    double leastUsual) {
  public DemoScript {
    fields = List.copyOf(fields);
  }

  /** Flights, whose airports get other codes at noon on 30 January: {@code JFK} to {@code KJFK}. */
  public static DemoScript flights(Path folder) {
    return new DemoScript(
        folder,
        Optional.empty(),
        Optional.empty(),
        Instant.parse("2001-01-30T12:00:00Z"),
        List.of("origin", "destination"),
        "K",
        40_000,
        Duration.ZERO,
        Duration.ofSeconds(5),
        Duration.ofDays(4),
        0.65);
  }

  long switchMicros() {
    return switchAt.getEpochSecond() * 1_000_000;
  }
}
