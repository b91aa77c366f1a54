package io.millrace.local.replay;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What came of a replay.
 *
 * @param sendSeconds from the first event to the acknowledgement of the last
 * @param firstAppendMillis when the broker appended the first event
 * @param lastVectorMillis when the last vector was seen to be committed; empty when nobody waited
 *     or no event became a vector
 * @param counted what was refused or came too late meanwhile; empty when nobody waited
 */
record Summary(
    long events,
    double sendSeconds,
    long firstAppendMillis,
    OptionalLong lastVectorMillis,
    Optional<Counted> counted) {
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("%,d events in %.1f s%n".formatted(events, sendSeconds));
    text.append("append rate      %,10.0f events/s%n".formatted(events / sendSeconds));
    lastVectorMillis.ifPresent(
        last -> {
          double seconds = Math.max(1, last - firstAppendMillis) / 1e3;
          text.append(
              "end to end rate  %,10.0f events/s (first append to last committed vector: %.1f s)%n"
                  .formatted(events / seconds, seconds));
        });
    counted.ifPresent(meanwhile -> text.append(meanwhile.text()));
    return text.toString();
  }
}
