package io.millrace.evaluator.registry;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.control.ExclusiveWriter;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.models.ModelHistory.Published;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.serde.VersionHeader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Moves aliases by request. */
@ApplicationScoped
public class AliasMoves {
  private final ModelLog log;
  private final Registry registry;
  private final SchemaRegistry schemas;
  private final ArtifactStore store;
  private final Clock clock;

  @Inject
  public AliasMoves(
      ModelLog log, Registry registry, SchemaRegistry schemas, ArtifactStore store, Clock clock) {
    this.log = log;
    this.registry = registry;
    this.schemas = schemas;
    this.store = store;
    this.clock = clock;
  }

  /**
   * Makes an alias name a version; nothing is written when it does already.
   *
   * @throws ProblemException when there is no such version, its files are gone, or a run is about
   *     to move it
   */
  Move move(String model, String alias, int version, String reason) {
    return move(model, alias, history -> version, reason);
  }

  /**
   * Makes an alias name the version before the present one.
   *
   * @throws ProblemException when there is none, or a run is about to move it
   */
  Move rollBack(String model, String alias, String reason) {
    return move(
        model,
        alias,
        history ->
            history
                .before(alias)
                .orElseThrow(
                    () ->
                        new ProblemException(
                            ErrorCode.NOTHING_TO_ROLL_BACK,
                            "%s of %s has named no version before this one"
                                .formatted(alias, model))),
        reason);
  }

  /** One at a time, so that neighbours in a process wait for each other. */
  private synchronized Move move(
      String model, String alias, ToIntFunction<ModelHistory> target, String reason) {
    if (registry.model(model).isEmpty()) {
      throw Unknown.model(model);
    }
    try (ExclusiveWriter writer = log.open(model)) {
      if (log.isFinishing(model)) {
        throw new ProblemException(
            ErrorCode.RUN_FINISHING,
            "a run of " + model + " is about to publish; send the request again in a few seconds");
      }
      List<ModelEvent> events = log.events();
      registry.accept(events);
      ModelHistory history = registry.model(model).orElseThrow(() -> Unknown.model(model));
      int version = target.applyAsInt(history);
      Published published =
          history.version(version).orElseThrow(() -> Unknown.version(model, version));
      if (wasNamed(history, version)) {
        return history
            .current(alias)
            .filter(move -> move.version() == version)
            .orElseGet(() -> write(writer, history, alias, version, reason));
      }
      renew(published.version());
      Move move = write(writer, history, alias, version, reason);
      renew(published.version()); // whoever was removing them has seen the alias since, or is done
      return move;
    }
  }

  /** The files of such a version are kept for good: no store has to be there for a roll-back. */
  private static boolean wasNamed(ModelHistory history, int version) {
    return history.moves().stream().anyMatch(move -> move.version() == version);
  }

  /** Those of others are removed once they are older than the pipeline keeps them. */
  private void renew(ModelVersion version) {
    try {
      for (ArtifactRef file :
          List.of(
              version.getFile(), version.getCard(), version.getWarmup(), version.getStatistics())) {
        store.renew(Artifact.of(file));
      }
    } catch (ArtifactException | IllegalArgumentException e) {
      throw new ProblemException(
          ErrorCode.PART_DAMAGED,
          "version %d can't go live: %s".formatted(version.getVersion(), e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws org.apache.kafka.common.KafkaException when another writer has been opened since
   */
  Move write(
      ExclusiveWriter writer, ModelHistory history, String alias, int version, String reason) {
    ModelEvent event =
        history.moving(alias, version, reason, clock.instant().truncatedTo(ChronoUnit.MICROS));
    AliasMoved moved = (AliasMoved) event.getChange();
    ControlRecords<ModelEvent> records =
        ControlRecords.registered(ControlTopic.MODELS, schemas, "/millrace/evaluator");
    ProducerRecord<byte[], byte[]> record =
        records.record(
            event.getModel(),
            event.getModel() + "@" + moved.getAlias() + "/" + moved.getSequence(),
            event,
            event.getAt(),
            writer.partitions(records.topic().name()));
    history
        .version(version)
        .ifPresent(
            named -> VersionHeader.set(record.headers(), named.version().getPipelineVersion()));
    writer.write(record);
    registry.accept(List.of(event));
    return new Move(moved, event.getAt());
  }
}
