package io.millrace.monitor.judge;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.time.IsoTime;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartTotals;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.policy.Facts;
import java.time.DateTimeException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The facts of the control plane, remembered as they came; of parts those that there are. */
final class RunFacts {
  private static final Logger LOG = LoggerFactory.getLogger(RunFacts.class);

  private final Memory memory;
  private final ControlReader<RunStep> steps;
  private final ControlReader<ModelEvent> models;
  private final ControlReader<PartWritten> parts;
  private final PartTotals totals;
  private final Facts facts;
  private final Map<String, Long> askedAt;

  RunFacts(JudgePlan plan, Memory memory) {
    this(plan.runnable().name(), plan.schemas(), memory, plan.parts());
  }

  /**
   * @param there the names of the parts that there are now; empty when that can't be had
   */
  RunFacts(
      String pipeline, SchemaCache schemas, Memory memory, Supplier<Optional<Set<String>>> there) {
    this.memory = memory;
    this.steps = new ControlReader<>(ControlTopic.RUNS, schemas);
    this.models = new ControlReader<>(ControlTopic.MODELS, schemas);
    this.parts = new ControlReader<>(ControlTopic.DATASETS, schemas);
    this.totals = new PartTotals(pipeline);
    this.facts = new Facts(pipeline, totals);
    this.askedAt = memory.asked();
    memory.eachFact(
        (key, fact) -> {
          boolean unused = take(fact, Watermarks.NONE);
        });
    dropPartsThatAreGone(there);
    memory.eachPart(
        announced -> {
          boolean unused = take(parts, announced, facts::accept);
        });
  }

  /**
   * Who was away for longer than the topic keeps records without a value has not seen them all, nor
   * a part that was merged and merged again meanwhile.
   */
  private void dropPartsThatAreGone(Supplier<Optional<Set<String>>> there) {
    Set<String> remembered = memory.partNames();
    if (!remembered.isEmpty()) {
      there
          .get()
          .ifPresent(
              names ->
                  remembered.stream()
                      .filter(part -> !names.contains(part))
                      .forEach(memory::dropPart));
    }
  }

  Facts facts() {
    return facts;
  }

  /** Event time at which runs were asked for, as far as it is known. */
  Map<String, Long> askedAt() {
    return Collections.unmodifiableMap(askedAt);
  }

  /**
   * A record of the control plane; what is no fact is passed over, as the history has it alerted.
   *
   * @param now event time
   */
  void accept(String key, JudgeInput.Fact fact, long now) {
    if (fact.topic() == JudgeInput.PARTS && fact.isDeletion()) {
      PartKey.parse(key).filter(totals::delete).ifPresent(part -> memory.dropPart(part.part()));
    } else if (fact.topic() == JudgeInput.PARTS) {
      boolean unused = take(parts, fact.value(), part -> accept(part, fact.value()));
    } else if (take(fact, now)) {
      memory.putFact(key, fact);
    }
  }

  /** As if nothing had been said in a topic. */
  void accept(JudgeInput.Purged purged) {
    if (purged.topic() < 0 || purged.topic() >= JudgeInput.FACTS.size()) {
      return; // as somebody else wrote it
    }
    memory.dropFacts(purged.topic());
    if (purged.topic() == JudgeInput.PARTS) {
      memory.dropParts();
      totals.clear();
    } else if (purged.topic() == JudgeInput.RUNS) {
      askedAt.keySet().forEach(memory::dropAsked);
      askedAt.clear();
      facts.forgetRuns();
    } else {
      facts.forgetModels();
    }
  }

  private void accept(PartWritten part, byte[] announced) {
    if (totals.accept(part)) {
      part.getReplaces().forEach(memory::dropPart);
      memory.putPart(part.getPart(), announced);
    }
  }

  /** Whether it was one. */
  private boolean take(JudgeInput.Fact fact, long now) {
    byte[] value = fact.value();
    if (fact.topic() < 0 || fact.topic() >= JudgeInput.FACTS.size()) {
      return false;
    }
    ControlTopic<?> topic = JudgeInput.FACTS.get(fact.topic());
    if (topic.equals(ControlTopic.RUNS)) {
      return take(steps, value, step -> take(step, now));
    }
    return topic.equals(ControlTopic.MODELS)
        ? take(models, value, facts::accept)
        : take(parts, value, facts::accept);
  }

  private void take(RunStep step, long now) {
    facts.accept(step).ifPresent(this::forget);
    if (step.getStep().equals(Step.Known.REQUESTED.text()) && !askedAt.containsKey(step.getRun())) {
      long at = eventTime(step, now);
      if (at != Watermarks.NONE) {
        askedAt.put(step.getRun(), at);
        memory.putAsked(step.getRun(), at);
      }
    }
  }

  private void forget(Run run) {
    run.steps()
        .keySet()
        .forEach(
            step -> memory.dropFact(run.pipeline() + "/" + run.id() + "/" + step, JudgeInput.RUNS));
    askedAt.remove(run.id());
    memory.dropAsked(run.id());
  }

  /** As the request says, else as far as the stream was when it came. */
  private static long eventTime(RunStep requested, long now) {
    String said = Evidence.of(requested).path("eventTime").asText();
    try {
      return said.isEmpty() ? now : IsoTime.micros(said);
    } catch (DateTimeException | ArithmeticException e) { // of a year beyond what micros hold
      return now;
    }
  }

  private static <T extends SpecificRecord> boolean take(
      ControlReader<T> reader, byte[] value, Consumer<T> taker) {
    return switch (reader.decode(value)) {
      case Decoded.Value<T>(T fact, int schema) -> {
        taker.accept(fact);
        yield true;
      }
      case Decoded.Failed<T> failed -> {
        LOG.debug("code={} a fact is passed over: {}", failed.code(), failed.message());
        yield false;
      }
    };
  }
}
