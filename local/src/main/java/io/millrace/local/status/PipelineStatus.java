package io.millrace.local.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Service;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.Counts;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.running.PipelineLag;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.status.PartCounts.PartCount;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.lag.GroupShare;
import io.millrace.messaging.pipelines.PipelineGroup;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * Where every event of a pipeline is.
 *
 * @param states by instance: RUNNING and the like, or what is wrong
 * @param kept of which version of the file windows are kept for the live model, and until when
 * @param wholeFrom by windowed feature the event time from which on it is whole, of those that are
 *     not yet
 * @param backfillLeft how many records are still to be read to fill new windows; -1 if not known
 * @param alerts what is wrong now, as monitor says
 * @param lag by consumer group
 * @param overstaffed by consumer group: where there are more instances than partitions to share
 */
record PipelineStatus(
    String name,
    int version,
    Map<String, String> states,
    Optional<Kept> kept,
    Map<String, String> wholeFrom,
    OptionalLong backfillLeft,
    List<String> alerts,
    Counts validator,
    Counts transformer,
    Counts serving,
    Map<String, Long> lag,
    Map<String, GroupShare> overstaffed,
    long parts,
    long partRows) {

  record Kept(int version, String until) {}

  /** Asks all at once. */
  static PipelineStatus of(
      RunningSystem system, Admin admin, PartCounts counts, AppliedPipeline applied) {
    String name = applied.pipeline().name();
    PipelineLag lag = new PipelineLag(admin, applied.pipeline());
    try (AtOnce at = new AtOnce()) {
      Supplier<Told> monitor = at.ask(() -> told(system, Service.MONITOR, name)); // how it does
      Supplier<Told> validator = at.ask(() -> told(system, Service.VALIDATOR, name));
      Supplier<Told> transformer = at.ask(() -> told(system, Service.TRANSFORMER, name));
      Supplier<Told> serving = at.ask(() -> told(system, Service.SERVING, name));
      Supplier<List<String>> alerts = at.ask(() -> alerts(system, name));
      Supplier<PartCount> parts = at.ask(() -> counts.of(name));
      Supplier<Map<String, Long>> lags = at.ask(lag::byGroup);
      Supplier<Map<String, GroupShare>> overstaffed = at.ask(lag::overstaffed);
      Map<String, String> states = new TreeMap<>();
      List.of(monitor, validator, transformer, serving)
          .forEach(told -> states.putAll(told.get().states()));
      return new PipelineStatus(
          name,
          applied.version(),
          states,
          transformer.get().kept(),
          transformer.get().wholeFrom(),
          transformer.get().backfillLeft(),
          alerts.get(),
          validator.get().counts(),
          transformer.get().counts(),
          serving.get().counts(),
          lags.get(),
          overstaffed.get(),
          parts.get().parts(),
          parts.get().rows());
    }
  }

  /** Lines for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("Pipeline %s, version %d".formatted(name, version));
    states.forEach((instance, state) -> lines.add("  %-28s %s".formatted(instance, state)));
    kept.ifPresent(
        old ->
            lines.add(
                "  the live model was trained by version %d of the file: its windows are kept beside those of version %d until %s"
                    .formatted(old.version(), version, old.until())));
    wholeFrom.forEach(
        (feature, time) -> lines.add("  %s is whole from %s on".formatted(feature, time)));
    backfillLeft.ifPresent(
        left ->
            lines.add(
                "  new windows are being filled from what is kept of examples and labels"
                    + (left < 0 ? "" : ": %,d records are left".formatted(left))));
    alerts.forEach(alert -> lines.add("  ALERT " + alert));
    overstaffed.forEach(
        (group, share) -> lines.add("  IDLE " + group + ": " + share.text() + note(group)));
    lines.add("  counts by topic");
    validator.below("records").forEach((stream, count) -> lines.add(row(stream, count)));
    misplaced(lines);
    validator
        .below("ahead")
        .forEach(
            (stream, held) -> {
              if (held > 0) {
                lines.add(row("  held, far ahead of the clock of " + stream, held));
              }
            });
    lines.add(row("examples", validator.get("examples")));
    lines.add(row("labels", validator.get("labels")));
    lines.add(row("quarantine", quarantined()));
    validator
        .below("quarantined")
        .forEach(
            (reason, n) -> {
              lines.add(row("  " + reason, n));
              validator
                  .below("quarantinedFields." + reason)
                  .forEach((field, of) -> lines.add(row("    " + field, of)));
            });
    lines.add(row("duplicates (dropped)", validator.get("duplicates")));
    lines.add(row("vectors", transformer.get("vectors")));
    lines.add(row("  incomplete", transformer.get("incomplete")));
    lines.add(row("rows", transformer.get("rows")));
    lines.add(row("labels without example", transformer.get("labelsWithoutExample")));
    lines.add(row("labels after the bound", transformer.get("labelsAfterBound")));
    lines.add(row("labels not after their example", transformer.get("labelsNotAfterExample")));
    lines.add(row("late events", transformer.get("late")));
    lines.add(row("  too late for windows", transformer.get("behindClock")));
    lines.add(row("predictions (of the stream)", serving.get("predictions")));
    lines.add(row("vectors before the first model", serving.get("skipped")));
    lines.add(row("vectors without a finite score", serving.get("notFinite")));
    lines.add("  parts");
    lines.add(row("parts", parts));
    lines.add(row("rows in parts", partRows));
    lines.add("  lag by group");
    lag.forEach((group, count) -> lines.add(row(group, count)));
    return lines;
  }

  /** Its instances answer requests, whether they predict in the stream or not. */
  private String note(String group) {
    return group.equals(PipelineGroup.servingId(name)) ? "; all answer requests" : "";
  }

  /** They are judged as all others are: only the order among records of one key may differ. */
  private void misplaced(List<String> lines) {
    Map<String, Long> misplaced = validator.below("misplaced");
    misplaced.forEach((stream, n) -> lines.add(row("  misplaced in " + stream, n)));
    if (!misplaced.isEmpty()) {
      lines.add(
          "      in other partitions than Kafka's partitioner gives their keys:"
              + " set partitioner=murmur2_random in clients of librdkafka");
    }
  }

  private long quarantined() {
    return validator.below("quarantined").values().stream().mapToLong(Long::longValue).sum();
  }

  private static String row(String what, long count) {
    return "    %-44s %,15d".formatted(what, count);
  }

  private static List<String> alerts(RunningSystem system, String pipeline) {
    List<String> up = new ArrayList<>();
    for (URI instance : system.instances(Service.MONITOR)) {
      try {
        for (JsonNode alert :
            new PipelineApi(instance, Status.PATIENCE).alerts(pipeline).body().path("alerts")) {
          if (!alert.has("over")) {
            up.add(alert.path("code").asText() + ": " + alert.path("message").asText());
          }
        }
        return up;
      } catch (CommandFailedException e) {
        up.clear(); // another instance knows the same
      }
    }
    return up;
  }

  /** With what is wrong, and the record's place where it is about one. */
  static String state(JsonNode body) {
    String state = body.path("state").asText();
    JsonNode failure = body.path("failure");
    if (failure.isMissingNode()) {
      return state;
    }
    String place =
        failure.has("topic")
            ? " at %s-%d@%d"
                .formatted(
                    failure.path("topic").asText(),
                    failure.path("partition").asInt(),
                    failure.path("offset").asLong())
            : "";
    return state
        + ": "
        + failure.path("code").asText()
        + place
        + ", "
        + failure.path("message").asText();
  }

  /** What the instances of a service say. */
  private record Told(
      Map<String, String> states,
      Optional<Kept> kept,
      Map<String, String> wholeFrom,
      OptionalLong backfillLeft,
      Counts counts) {}

  private static Told told(RunningSystem system, Service service, String pipeline) {
    Map<String, String> states = new TreeMap<>();
    Optional<Kept> kept = Optional.empty();
    Map<String, String> wholeFrom = new TreeMap<>();
    OptionalLong backfillLeft = OptionalLong.empty();
    Counts counts = Counts.none();
    for (URI instance : system.instances(service)) {
      String who =
          instance.getHost().equals("localhost")
              ? service.serviceName() + ":" + instance.getPort()
              : service.serviceName() + " at " + instance.getAuthority();
      try {
        PipelineApi.Answer answer = new PipelineApi(instance, Status.PATIENCE).get(pipeline);
        JsonNode body = answer.body();
        states.put(who, answer.isOk() ? state(body) : "does not run it");
        counts = counts.plus(body.path("counts"));
        if (body.has("kept")) {
          JsonNode old = body.get("kept");
          kept = Optional.of(new Kept(old.path("version").asInt(), old.path("until").asText()));
        }
        if (body.has("backfillLeft")) {
          long left = body.get("backfillLeft").asLong();
          long others = backfillLeft.orElse(0);
          backfillLeft = OptionalLong.of(left < 0 || others < 0 ? -1 : left + others);
        }
        body.path("wholeFrom")
            .properties()
            .forEach(
                feature ->
                    wholeFrom.merge(
                        feature.getKey(), feature.getValue().asText(), PipelineStatus::later));
      } catch (CommandFailedException e) {
        states.put(who, "does not answer: its counts are missing below");
      }
    }
    return new Told(states, kept, wholeFrom, backfillLeft, counts);
  }

  /** As text, ISO-8601 or in words, which are later. */
  private static String later(String one, String other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
