package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.topics.KafkaNames;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ExclusiveWriter;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.Runs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/**
 * What the log says of a model at this moment, for those who add to it.
 *
 * <p>Two write there: a run's step {@code finish}, in the transaction of the run, and requests that
 * move an alias, each with an {@link ExclusiveWriter}. A request first opens its writer, then looks
 * whether a {@code finish} is under way. A {@code finish}, which is announced as RUNNING before its
 * work begins, first opens a writer and gives it up, which ends every request that may have looked
 * before, and then reads the log. So neither counts up from a log that the other is about to add
 * to.
 */
@ApplicationScoped
public class ModelLog {
  private final ControlLog log;
  private final KafkaClients kafka;

  @Inject
  public ModelLog(ControlLog log, KafkaClients kafka) {
    this.log = log;
    this.kafka = kafka;
  }

  /** All that has been said of a model. */
  public ModelHistory read(String model) {
    ModelHistory history = ModelHistory.of(model);
    for (ModelEvent event : events()) {
      history = history.with(event);
    }
    return history;
  }

  /**
   * The same, for {@code finish}: no request moves an alias of the model until the run goes on.
   *
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer
   */
  public ModelHistory readToFinish(String model) {
    open(model).close();
    return read(model);
  }

  /** All runs of a model, in the order in which they were asked for. */
  public List<Run> runs(String model) {
    Runs runs = Runs.all();
    log.runs().forEach(runs::accept);
    return runs.of(model);
  }

  List<ModelEvent> events() {
    return log.models();
  }

  ExclusiveWriter open(String model) {
    return ExclusiveWriter.open(
        kafka.transactional(KafkaNames.group("evaluator-aliases-" + model), Map.of()));
  }

  /** Whether a run of the model is about to write what it has come to. */
  boolean isFinishing(String model) {
    return runs(model).stream()
        .anyMatch(run -> run.isOpen() && run.step(Step.Known.FINISH).isPresent());
  }
}
