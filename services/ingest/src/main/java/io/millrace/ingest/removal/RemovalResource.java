package io.millrace.ingest.removal;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.ingest.pipelines.PipelineVersions;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.http.ProblemException;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a pipeline has, and how far its removal is. */
@Path("/v1/pipelines/{name}")
@Produces(MediaType.APPLICATION_JSON)
public class RemovalResource {
  private final KafkaClients kafka;
  private final PipelineVersions versions;
  private final Removals removals;

  @Inject
  public RemovalResource(KafkaClients kafka, PipelineVersions versions, Removals removals) {
    this.kafka = kafka;
    this.versions = versions;
    this.removals = removals;
  }

  /** All that removing it would find: topics, groups, schemas and facts. */
  @GET
  @Path("/belongings")
  @Blocking
  public Map<String, Object> belongings(@PathParam("name") String name) {
    List<PipelineVersion> known = versions.all(name);
    if (known.isEmpty()) {
      throw unknown(name);
    }
    Belongings belongings = Belongings.of(name, known);
    BrokerSide broker = new BrokerSide(kafka, belongings);
    FactLog facts = new FactLog(kafka, belongings);
    TreeSet<String> schemas = new TreeSet<>();
    known.forEach(version -> schemas.addAll(version.getSchemas().keySet()));
    schemas.removeIf(artifact -> !belongings.hasSchema(artifact));
    Map<String, Integer> said = new LinkedHashMap<>();
    for (ControlTopic<?> topic : ControlTopic.ALL) {
      said.put(topic.name(), facts.count(topic));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("pipeline", name);
    body.put("deleted", known.getLast().getDeleted());
    body.put("topics", broker.topics().keySet());
    body.put("foreignTopics", new TreeSet<>(belongings.foreign()));
    body.put("groups", broker.groups());
    body.put("schemas", schemas);
    body.put("facts", said);
    return body;
  }

  /**
   * DONE when nothing is being removed of it, whatever was before. That stands in the log; how far
   * it is this instance knows as of {@code asOf}, where it does itself what is done.
   */
  @GET
  @Path("/removal")
  @Blocking
  public Map<String, Object> removal(@PathParam("name") String name) {
    PipelineVersion newest = versions.newest(name).orElseThrow(() -> unknown(name));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("pipeline", name);
    body.put("version", newest.getVersion());
    body.put("deleted", newest.getDeleted());
    body.put("gone", PipelineVersions.isRemoved(newest));
    body.put("kept", newest.getKept());
    body.put("purge", newest.getPurge());
    if (newest.getPurge() == null) {
      body.put("state", "DONE");
    } else {
      body.put("state", "REMOVING");
    }
    removals
        .known(name)
        .filter(known -> known.version() == removalBefore(newest))
        .ifPresent(known -> describe(known, newest.getPurge() != null, body));
    return body;
  }

  /** The version that is a removal, or followed one. */
  private static int removalBefore(PipelineVersion newest) {
    return newest.getSince() - 1;
  }

  /** Of one that is done only what was removed: another instance may have done it meanwhile. */
  private static void describe(Removals.Known known, boolean isAtWork, Map<String, Object> body) {
    if (!isAtWork && !(known.state() instanceof Removals.State.Done)) {
      return;
    }
    body.put("asOf", known.at());
    switch (known.state()) {
      case Removals.State.Elsewhere elsewhere -> body.put("step", "by another instance");
      case Removals.State.Waiting waiting -> body.put("waitsFor", waiting.members());
      case Removals.State.Removing removing -> body.put("step", removing.step());
      case Removals.State.Failing failing ->
          body.put("failure", Map.of("code", failing.code().name(), "message", failing.message()));
      case Removals.State.Done done -> body.put("removed", done.removed());
    }
  }

  private static ProblemException unknown(String name) {
    return new ProblemException(
        ErrorCode.UNKNOWN_PIPELINE, "there is no pipeline " + name + ", and there was none");
  }
}
