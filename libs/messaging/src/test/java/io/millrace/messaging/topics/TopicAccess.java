package io.millrace.messaging.topics;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Takes topics from everybody, on a broker with an authorizer. */
public final class TopicAccess {
  private TopicAccess() {}

  /** From now on whatever is done with a topic is refused. */
  public static void deny(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    admin.createAcls(List.of(denied(topic))).all().get();
  }

  /** Takes back what was denied. */
  public static void allow(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    admin.deleteAcls(List.of(denied(topic).toFilter())).all().get();
  }

  private static AclBinding denied(String topic) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermissionType.DENY));
  }
}
