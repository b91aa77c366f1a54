package io.millrace.messaging.control;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Purge;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.time.TimeBounds;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/** What no fact of ours says. Not what is untrue: whoever may write may also lie. */
final class FactCheck {
  private static final Pattern PIPELINE = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** A run, step, alias, part or alert: in keys and file names. */
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,500}");

  /** So many that adding one never overflows. */
  private static final long MOST = 2_000_000_000;

  private FactCheck() {}

  /** What can't be said; empty when all can. */
  static Optional<String> fault(SpecificRecord fact) {
    return switch (fact) {
      case PipelineVersion v ->
          first(
              pipeline(v.getPipeline()),
              counted("version", v.getVersion()),
              time("appliedAt", v.getAppliedAt()),
              v.getDeleted() ? Optional.empty() : counted("partitions", v.getPartitions()),
              v.getDeleted() ? Optional.empty() : file(v),
              notNegative("since", v.getSince()),
              Optional.ofNullable(v.getPurge())
                  .filter(purge -> Purge.named(purge).isEmpty() || !v.getDeleted())
                  .map(purge -> "there is no purge " + purge));
      case RunStep s ->
          first(
              pipeline(s.getPipeline()),
              name("run", s.getRun()),
              name("step", s.getStep()),
              state(s.getState()),
              counted("attempt", s.getAttempt()),
              counted("pipelineVersion", s.getPipelineVersion()),
              time("at", s.getAt()));
      case ModelEvent e ->
          first(pipeline(e.getModel()), time("at", e.getAt()), change(e.getChange()));
      case PartWritten p ->
          first(
              pipeline(p.getPipeline()),
              name("part", p.getPart()),
              counted("version", p.getVersion()),
              notNegative("rows", p.getRows()),
              notNegative("bytes", p.getBytes()),
              time("minTime", p.getMinTime()),
              time("maxTime", p.getMaxTime()),
              p.getReplaces().stream()
                  .flatMap(part -> name("a part that it replaces", part).stream())
                  .findFirst());
      case AlertEvent a ->
          first(pipeline(a.getPipeline()), name("alert", a.getAlert()), time("at", a.getAt()));
      case MetricsMeasured m ->
          first(
              pipeline(m.getPipeline()),
              time("windowStart", m.getWindowStart()),
              time("windowEnd", m.getWindowEnd()),
              time("at", m.getAt()));
      case DriftMeasured d ->
          first(
              pipeline(d.getPipeline()),
              time("windowStart", d.getWindowStart()),
              time("windowEnd", d.getWindowEnd()),
              time("at", d.getAt()));
      default -> Optional.empty(); // of a later version of Millrace
    };
  }

  private static Optional<String> change(Object change) {
    return switch (change) {
      case ModelVersion v ->
          first(
              counted("version", v.getVersion()),
              counted("pipelineVersion", v.getPipelineVersion()));
      case AliasMoved m ->
          first(
              name("alias", m.getAlias()),
              counted("version", m.getVersion()),
              counted("sequence", m.getSequence()));
      default -> Optional.empty();
    };
  }

  private static Optional<String> file(PipelineVersion version) {
    return switch (PipelineFile.parse(version.getFile(), version.getPipeline() + ".yaml")) {
      case PipelineFile.Valid valid when valid.pipeline().name().equals(version.getPipeline()) ->
          Optional.empty();
      case PipelineFile.Valid other ->
          Optional.of("the file is of pipeline " + other.pipeline().name());
      case PipelineFile.Invalid invalid ->
          Optional.of("the file is refused: " + invalid.problems());
    };
  }

  private static Optional<String> state(String state) {
    return Arrays.stream(StepState.values()).anyMatch(known -> known.name().equals(state))
        ? Optional.empty()
        : Optional.of("there is no such state");
  }

  private static Optional<String> pipeline(String name) {
    return PIPELINE.matcher(name).matches() ? Optional.empty() : Optional.of("no pipeline's name");
  }

  private static Optional<String> name(String what, String name) {
    return NAME.matcher(name).matches() && !name.isBlank()
        ? Optional.empty()
        : Optional.of(what + " is no name");
  }

  private static Optional<String> counted(String what, long number) {
    return number >= 1 && number <= MOST
        ? Optional.empty()
        : Optional.of(what + " is " + number + ", and counts from 1");
  }

  private static Optional<String> notNegative(String what, long number) {
    return number >= 0 ? Optional.empty() : Optional.of(what + " is " + number);
  }

  private static Optional<String> time(String what, Instant time) {
    return TimeBounds.contain(time) ? Optional.empty() : Optional.of(what + " is no time");
  }

  @SafeVarargs
  private static Optional<String> first(Optional<String>... faults) {
    return Arrays.stream(faults).flatMap(Optional::stream).findFirst();
  }
}
