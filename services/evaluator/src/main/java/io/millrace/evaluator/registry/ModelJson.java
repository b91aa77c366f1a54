package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.models.ModelHistory.Published;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Models as answers show them. */
final class ModelJson {
  private ModelJson() {}

  static Map<String, Object> summary(ModelHistory model) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model.model());
    body.put("versions", model.versions().size());
    body.put("latest", model.versions().lastKey());
    body.put("aliases", aliases(model));
    return body;
  }

  static Map<String, Object> model(ModelHistory model) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model.model());
    body.put("aliases", aliases(model));
    body.put("versions", model.versions().values().stream().map(v -> version(model, v)).toList());
    body.put("moves", model.moves().stream().map(ModelJson::move).toList());
    return body;
  }

  static Map<String, Object> version(ModelHistory model, Published published) {
    ModelVersion version = published.version();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model.model());
    body.put("version", version.getVersion());
    body.put("aliases", aliasesOf(model, version.getVersion()));
    body.put("publishedAt", published.at());
    body.put("run", version.getRun());
    body.put("pipelineVersion", version.getPipelineVersion());
    body.put("file", artifact(version.getFile()));
    body.put("card", artifact(version.getCard()));
    body.put("warmup", artifact(version.getWarmup()));
    body.put("statistics", artifact(version.getStatistics()));
    return body;
  }

  static Map<String, Object> move(Move move) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("alias", move.alias());
    body.put("version", move.version());
    move.previous().ifPresent(previous -> body.put("previous", previous));
    body.put("sequence", move.sequence());
    body.put("reason", move.moved().getReason());
    body.put("at", move.at());
    return body;
  }

  private static Map<String, Integer> aliases(ModelHistory model) {
    Map<String, Integer> aliases = new TreeMap<>();
    model.aliases().forEach((alias, move) -> aliases.put(alias, move.version()));
    return aliases;
  }

  private static List<String> aliasesOf(ModelHistory model, int version) {
    return aliases(model).entrySet().stream()
        .filter(alias -> alias.getValue() == version)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, Object> artifact(ArtifactRef ref) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("uri", ref.getUri());
    body.put("sha256", ref.getSha256());
    body.put("bytes", ref.getBytes());
    return body;
  }
}
