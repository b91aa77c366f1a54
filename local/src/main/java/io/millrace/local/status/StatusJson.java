package io.millrace.local.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The status for programs. */
final class StatusJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusJson() {}

  static String of(List<ServiceStatus> services, List<PipelineStatus> pipelines) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("services");
    for (ServiceStatus service : services) {
      ObjectNode node =
          list.addObject()
              .put("name", service.name())
              .put("up", service.up())
              .put("state", service.state().name())
              .put("restarts", service.restarts())
              .put("pid", service.pid())
              .put("port", service.port());
      service.residentBytes().ifPresent(bytes -> node.put("residentBytes", bytes));
    }
    return text(root, pipelines);
  }

  static String ofHealth(List<ServiceHealth> services, List<PipelineStatus> pipelines) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("services");
    for (ServiceHealth service : services) {
      ObjectNode node =
          list.addObject()
              .put("name", service.name())
              .put("up", service.ready())
              .put("state", service.state().name())
              .put("address", service.address().toString());
      service.down().forEach(node.putArray("down")::add);
    }
    return text(root, pipelines);
  }

  private static String text(ObjectNode root, List<PipelineStatus> pipelines) {
    ArrayNode all = root.putArray("pipelines");
    pipelines.forEach(pipeline -> all.add(pipeline(pipeline)));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode pipeline(PipelineStatus status) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("pipeline", status.name())
            .put("version", status.version())
            .put("parts", status.parts())
            .put("partRows", status.partRows());
    status.states().forEach(node.putObject("states")::put);
    status
        .kept()
        .ifPresent(
            kept ->
                node.putObject("kept").put("version", kept.version()).put("until", kept.until()));
    status.wholeFrom().forEach(node.putObject("wholeFrom")::put);
    status.backfillLeft().ifPresent(left -> node.put("backfillLeft", left));
    status.alerts().forEach(node.putArray("alerts")::add);
    counts(node.putObject("validator"), status.validator().numbers());
    counts(node.putObject("transformer"), status.transformer().numbers());
    counts(node.putObject("serving"), status.serving().numbers());
    status.lag().forEach(node.putObject("lag")::put);
    ObjectNode overstaffed = node.putObject("overstaffed");
    status
        .overstaffed()
        .forEach(
            (group, share) -> {
              ObjectNode shared =
                  overstaffed
                      .putObject(group)
                      .put("instances", share.instances().size())
                      .put("partitions", share.partitions());
              share.idle().forEach(shared.putArray("idle")::add);
            });
    return node;
  }

  /**
   * Puts {@code quarantined.NO_ID} back below {@code quarantined}, and a field, whose name has a
   * dot, below its code.
   */
  private static void counts(ObjectNode root, Map<String, Long> numbers) {
    numbers.forEach(
        (path, count) -> {
          int dot = path.indexOf('.');
          if (dot < 0) {
            root.put(path, count);
          } else {
            ObjectNode object = root.withObjectProperty(path.substring(0, dot));
            String member = path.substring(dot + 1);
            int next = path.startsWith("quarantinedFields.") ? member.indexOf('.') : -1;
            if (next < 0) {
              object.put(member, count);
            } else {
              object
                  .withObjectProperty(member.substring(0, next))
                  .put(member.substring(next + 1), count);
            }
          }
        });
  }
}
