package io.millrace.monitor.judge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.runs.Evidence;
import io.millrace.monitor.policy.Alert;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Raises alerts that are new, and clears those that are over. */
final class AlertBoard {
  private static final String SEPARATOR = "\n";

  private final JudgePlan plan;
  private final Memory memory;
  private final Speaker speaker;
  private final SortedMap<String, byte[]> up;

  AlertBoard(JudgePlan plan, Memory memory, Speaker speaker) {
    this.plan = plan;
    this.memory = memory;
    this.speaker = speaker;
    this.up = memory.alerts();
  }

  boolean isUp(ErrorCode code) {
    return up.values().stream().anyMatch(raised -> code(raised).equals(code.name()));
  }

  /** Shows these, and no others. */
  void show(List<Alert> alerts, Instant now) {
    Set<String> wanted = alerts.stream().map(Alert::id).collect(Collectors.toSet());
    for (String id : List.copyOf(up.keySet())) {
      byte[] raised = up.get(id);
      if (!wanted.contains(id) && raised != null) {
        String message = new String(raised, UTF_8).split(SEPARATOR, 2)[1];
        speaker.say(event(id, code(raised), message, Evidence.create().toString(), true, now));
        up.remove(id);
        memory.dropAlert(id);
      }
    }
    for (Alert alert : alerts) {
      if (!up.containsKey(alert.id())) {
        speaker.say(
            event(
                alert.id(),
                alert.code().name(),
                alert.message(),
                alert.evidence().toString(),
                false,
                now));
        byte[] raised = (alert.code() + SEPARATOR + alert.message()).getBytes(UTF_8);
        up.put(alert.id(), raised);
        memory.putAlert(alert.id(), raised);
      }
    }
  }

  private AlertEvent event(
      String id, String code, String message, String evidence, boolean cleared, Instant now) {
    return AlertEvent.newBuilder()
        .setPipeline(plan.runnable().name())
        .setAlert(id)
        .setCode(code)
        .setMessage(message)
        .setEvidence(evidence)
        .setCleared(cleared)
        .setBy(plan.by())
        .setAt(now)
        .build();
  }

  private static String code(byte[] raised) {
    return new String(raised, UTF_8).split(SEPARATOR, 2)[0];
  }
}
