package io.millrace.monitor.judge;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.policy.Facts;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The facts of the control plane, remembered as they came. */
final class RunFacts {
  private static final Logger LOG = LoggerFactory.getLogger(RunFacts.class);

  private final Memory memory;
  private final RecordDecoder<RunStep> steps;
  private final RecordDecoder<ModelEvent> models;
  private final RecordDecoder<PartWritten> parts;
  private final Facts facts;
  private final Map<String, Long> askedAt;

  RunFacts(JudgePlan plan, Memory memory) {
    this.memory = memory;
    this.steps = RecordDecoder.specific(plan.schemas(), RunStep.class);
    this.models = RecordDecoder.specific(plan.schemas(), ModelEvent.class);
    this.parts = RecordDecoder.specific(plan.schemas(), PartWritten.class);
    this.facts = new Facts(plan.runnable().name());
    this.askedAt = memory.asked();
    memory.eachFact((key, fact) -> take(fact, Watermarks.NONE));
  }

  Facts facts() {
    return facts;
  }

  /** Event time at which runs were asked for, as far as it is known. */
  Map<String, Long> askedAt() {
    return Collections.unmodifiableMap(askedAt);
  }

  /**
   * A record of the control plane.
   *
   * @param now event time
   */
  void accept(String key, JudgeInput.Fact fact, long now) {
    memory.putFact(key, fact);
    take(fact, now);
  }

  private void take(JudgeInput.Fact fact, long now) {
    byte[] value = fact.value();
    switch (JudgeInput.FACTS.get(fact.topic()).name()) {
      case "millrace.runs" -> decoded(steps, value, step -> take(step, now));
      case "millrace.models" -> decoded(models, value, facts::accept);
      default -> decoded(parts, value, facts::accept);
    }
  }

  private void take(RunStep step, long now) {
    facts.accept(step);
    if (step.getStep().equals(Step.Known.REQUESTED.text()) && !askedAt.containsKey(step.getRun())) {
      long at = eventTime(step, now);
      if (at != Watermarks.NONE) {
        askedAt.put(step.getRun(), at);
        memory.putAsked(step.getRun(), at);
      }
    }
  }

  /** As the request says, else as far as the stream was when it came. */
  private static long eventTime(RunStep requested, long now) {
    String said = Evidence.of(requested).path("eventTime").asText();
    try {
      return said.isEmpty() ? now : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(said));
    } catch (DateTimeParseException e) {
      return now;
    }
  }

  private static <T> void decoded(
      RecordDecoder<T> decoder, byte[] value, java.util.function.Consumer<T> consumer) {
    switch (decoder.decode(value)) {
      case Decoded.Value<T>(T fact, int schema) -> consumer.accept(fact);
      case Decoded.Failed<T> failed ->
          LOG.error("code={} a fact is passed over: {}", failed.code(), failed.message());
    }
  }
}
