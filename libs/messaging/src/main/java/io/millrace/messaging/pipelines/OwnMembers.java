package io.millrace.messaging.pipelines;

import io.millrace.messaging.clients.KafkaClients;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's members of groups. They are static, so that a restart finds its partitions again: a
 * group does not take them for gone when they are closed, but when their sessions have timed out,
 * or when it is told.
 *
 * @param instance unique per process; the memberships hang on it
 */
public record OwnMembers(KafkaClients kafka, String instance) {
  private static final Logger LOG = LoggerFactory.getLogger(OwnMembers.class);
  private static final int PATIENCE_MS = 3_000;

  /**
   * Tells the groups of a pipeline that was deleted that this process, which has closed its
   * members, does not come back. What is not told follows from the sessions.
   *
   * @param application that of Kafka Streams, which appends the number of the thread
   * @param others those of plain consumers
   */
  public void leave(Optional<String> application, Set<String> others) {
    Set<String> ids = new HashSet<>(others);
    application.ifPresent(ids::add);
    try (Admin admin =
        kafka.admin(
            Map.of(
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS,
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS))) {
      for (var described : admin.describeConsumerGroups(ids).describedGroups().entrySet()) {
        try {
          leave(
              admin,
              described.getKey(),
              described.getValue().get(PATIENCE_MS, TimeUnit.MILLISECONDS).members(),
              application.filter(described.getKey()::equals).isPresent());
        } catch (ExecutionException | TimeoutException e) {
          LOG.debug("group={} is left with its session", described.getKey(), e);
        }
      }
    } catch (KafkaException e) {
      LOG.debug("groups={} are left with their sessions", ids, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void leave(
      Admin admin, String group, Collection<MemberDescription> members, boolean isOfStreams)
      throws ExecutionException, InterruptedException, TimeoutException {
    Set<MemberToRemove> own =
        members.stream()
            .flatMap(member -> member.groupInstanceId().stream())
            .filter(member -> isOwn(member, isOfStreams))
            .map(MemberToRemove::new)
            .collect(Collectors.toSet());
    if (!own.isEmpty()) {
      admin
          .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions(own))
          .all()
          .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }
  }

  private boolean isOwn(String member, boolean isOfStreams) {
    return isOfStreams
        ? Pattern.matches(Pattern.quote(instance) + "-[0-9]+", member)
        : member.equals(instance);
  }
}
