package io.millrace.messaging.topics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Takes topics from everybody, on a broker with an authorizer. */
public final class TopicAccess {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private TopicAccess() {}

  /** From now on whatever is done with a topic is refused. */
  public static void deny(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    deny(admin, topic, AclOperation.ALL);
  }

  /** From now on an operation on a topic is refused, all others are not. */
  public static void deny(Admin admin, String topic, AclOperation operation)
      throws ExecutionException, InterruptedException {
    admin
        .createAcls(
            List.of(
                acl(topic, AclOperation.ALL, AclPermissionType.ALLOW),
                acl(topic, operation, AclPermissionType.DENY)))
        .all()
        .get();
  }

  /** Takes back what was denied, and waits until the broker has heard of it. */
  public static void allow(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    admin
        .deleteAcls(
            List.of(new AclBindingFilter(pattern(topic).toFilter(), AccessControlEntryFilter.ANY)))
        .all()
        .get();
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (isRefused(admin, topic)) {
      if (Instant.now().isAfter(giveUp)) {
        throw new IllegalStateException(topic + " is still refused after " + PATIENCE);
      }
    }
  }

  private static boolean isRefused(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    try {
      admin.describeTopics(List.of(topic)).allTopicNames().get();
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicAuthorizationException) {
        return true;
      }
      throw e;
    }
  }

  private static AclBinding acl(
      String topic, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        pattern(topic), new AccessControlEntry("User:*", "*", operation, permission));
  }

  private static ResourcePattern pattern(String topic) {
    return new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
  }
}
