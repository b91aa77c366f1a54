package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.KafkaNames;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who may write which control topic, which of them there are, and of which release all are. */
final class Acls {
  private Acls() {}

  static Stream<String> violations(Manifests all, Outside outside) {
    Stream<String> topics =
        all.of("KafkaTopic").findAny().isEmpty()
            ? Stream.empty()
            : ControlTopic.ALL.stream()
                .map(topic -> name(all, topic))
                .filter(
                    name ->
                        all.of("KafkaTopic")
                            .noneMatch(t -> t.at("/spec/topicName").asText().equals(name)))
                .map(name -> "there is no KafkaTopic for " + name);
    Stream<String> users =
        all.of("KafkaUser")
            .flatMap(
                user ->
                    ControlTopic.ALL.stream()
                        .filter(topic -> mayWrite(user, name(all, topic)) != isWriter(user, topic))
                        .map(topic -> "%s and %s".formatted(user, name(all, topic))));
    return Stream.concat(topics, users);
  }

  /** As the release calls it. */
  private static String name(Manifests all, ControlTopic<?> topic) {
    return prefix(all) + topic.name().substring(topic.name().indexOf('.'));
  }

  /** What the services are told, who begin all names with it. */
  static String prefix(Manifests all) {
    return all.workloads()
        .filter(w -> "service".equals(w.podLabels().get("app.kubernetes.io/component")))
        .flatMap(service -> Stream.ofNullable(Settings.of(all, service).get("MILLRACE_PREFIX")))
        .findFirst()
        .orElse(KafkaNames.PREFIX);
  }

  /** Another release on the same broker has names and rights beside these. */
  static Stream<String> ofAnotherRelease(Manifests all, Outside outside) {
    String ours = Pattern.quote(prefix(all));
    Stream<String> topics =
        all.of("KafkaTopic")
            .filter(topic -> !topic.at("/spec/topicName").asText().matches(ours + "\\..*"))
            .map(topic -> "%s makes %s".formatted(topic, topic.at("/spec/topicName").asText()));
    Stream<String> users =
        all.of("KafkaUser")
            .flatMap(
                user ->
                    Manifest.list(user.at("/spec/authorization/acls")).stream()
                        .map(acl -> acl.path("resource"))
                        .filter(resource -> !resource.path("type").asText().equals("cluster"))
                        .map(resource -> resource.path("name").asText())
                        .filter(name -> !name.matches(ours + "[.-].*"))
                        .map(name -> "%s has a right on %s".formatted(user, name)));
    return Stream.concat(topics, users);
  }

  /** The annotation names the tool's user, as the command takes it for its Jobs. */
  static Stream<String> toolWithoutUser(Manifests all, Outside outside) {
    return all.workloads()
        .map(workload -> workload.at("/metadata/annotations/millrace.io~1tool-kafka-user"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .filter(name -> all.named("KafkaUser", name).filter(Acls::isTool).isEmpty())
        .map(name -> "there is no KafkaUser %s for the tool".formatted(name));
  }

  private static boolean isTool(Manifest user) {
    return "cli".equals(user.labels().get("app.kubernetes.io/name"));
  }

  private static boolean isWriter(Manifest user, ControlTopic<?> topic) {
    return List.of(topic.writtenBy().split(", "))
        .contains(user.labels().get("app.kubernetes.io/name"));
  }

  /** As Kafka's authorizer decides: what is denied counts. */
  static boolean mayWrite(Manifest user, String topic) {
    return matches(user, topic, "allow") && !matches(user, topic, "deny");
  }

  private static boolean matches(Manifest user, String topic, String type) {
    return Manifest.list(user.at("/spec/authorization/acls")).stream()
        .filter(acl -> acl.path("type").asText("allow").equals(type))
        .filter(acl -> acl.at("/resource/type").asText().equals("topic"))
        .filter(
            acl ->
                Manifest.list(acl.path("operations")).stream()
                    .map(JsonNode::asText)
                    .anyMatch(operation -> operation.equals("Write") || operation.equals("All")))
        .map(acl -> acl.path("resource"))
        .anyMatch(
            resource ->
                resource.path("patternType").asText("literal").equals("prefix")
                    ? topic.startsWith(resource.path("name").asText())
                    : topic.equals(resource.path("name").asText()));
  }
}
