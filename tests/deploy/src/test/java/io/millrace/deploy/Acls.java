package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.topics.ControlTopic;
import java.util.List;
import java.util.stream.Stream;

/** Who may write which control topic, and which of them there are. */
final class Acls {
  private Acls() {}

  static Stream<String> violations(Manifests all, Outside outside) {
    Stream<String> topics =
        all.of("KafkaTopic").findAny().isEmpty()
            ? Stream.empty()
            : ControlTopic.ALL.stream()
                .map(ControlTopic::name)
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
                        .filter(topic -> mayWrite(user, topic.name()) != isWriter(user, topic))
                        .map(topic -> "%s and %s".formatted(user, topic.name())));
    return Stream.concat(topics, users);
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
