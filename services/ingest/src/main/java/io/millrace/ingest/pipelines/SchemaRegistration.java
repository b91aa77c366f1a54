package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.registry.SchemaRegistry.Registration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** Registers what a pipeline file implies: all of its schemas, or none of them. */
@ApplicationScoped
public class SchemaRegistration {
  private static final String FIX =
      "records that were written before could not be read any more: leave the field as it was and"
          + " give the new meaning a field of another name, or apply the file as another pipeline";

  private final SchemaRegistry registry;

  @Inject
  public SchemaRegistration(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * The ids by artifact.
   *
   * @throws ProblemException when one of them is incompatible; then none has been registered
   */
  Map<String, Integer> register(Map<String, Schema> artifacts) {
    List<Registration.Incompatible> conflicts = new ArrayList<>();
    artifacts.forEach(
        (artifact, schema) -> {
          if (registry.check(artifact, schema) instanceof Registration.Incompatible conflict) {
            conflicts.add(conflict);
          }
        });
    if (!conflicts.isEmpty()) {
      throw incompatible(conflicts);
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    artifacts.forEach((artifact, schema) -> ids.put(artifact, id(artifact, schema)));
    return ids;
  }

  /** What {@code millrace.pipelines} holds. */
  ControlRecords<PipelineVersion> versions() {
    return ControlRecords.registered(ControlTopic.PIPELINES, registry, "/millrace/ingest");
  }

  private int id(String artifact, Schema schema) {
    return switch (registry.register(artifact, schema)) {
      case Registration.Accepted accepted -> accepted.id();
      case Registration.Incompatible conflict -> throw incompatible(List.of(conflict));
    };
  }

  private static ProblemException incompatible(List<Registration.Incompatible> conflicts) {
    Registration.Incompatible first = conflicts.getFirst();
    String detail =
        first.field().map(field -> "field " + field + " of ").orElse("")
            + first.artifactId()
            + ": "
            + first.reason()
            + "; "
            + FIX;
    List<Map<String, String>> all = new ArrayList<>();
    for (Registration.Incompatible conflict : conflicts) {
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("artifact", conflict.artifactId());
      conflict.field().ifPresent(field -> entry.put("field", field));
      entry.put("reason", conflict.reason());
      entry.put("fix", FIX);
      all.add(entry);
    }
    return new ProblemException(ErrorCode.PIPELINE_INCOMPATIBLE, detail, Map.of("conflicts", all));
  }
}
