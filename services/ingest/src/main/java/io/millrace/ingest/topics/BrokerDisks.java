package io.millrace.ingest.topics;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.http.ProblemException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses events before a broker's disk is full: a broker that can't write ends. The brokers say
 * themselves what is free (KIP-827); they are asked beside the requests, and only while there are
 * such.
 */
@ApplicationScoped
public class BrokerDisks {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerDisks.class);
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private final long wanted;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Optional<String> shortage = Optional.empty();
  private volatile long askedAt = System.nanoTime();
  private volatile boolean warned;
  private @Nullable Admin admin;

  @Inject
  public BrokerDisks(KafkaClients clients, IngestSettings settings) {
    this.clients = clients;
    this.wanted = settings.ingest().leastFreeBytes();
  }

  void begin(@Observes StartupEvent event) {
    ask();
  }

  /**
   * Lets events pass while there is room, as far as is known.
   *
   * @throws ProblemException when a disk has less left than is wanted
   */
  public void requireRoom() {
    if (System.nanoTime() - askedAt > BETWEEN.toNanos()) {
      ask();
    }
    shortage.ifPresent(
        what -> {
          throw new ProblemException(
              ErrorCode.STORAGE_LOW, what + "; nothing was accepted, send the request again later");
        });
  }

  private void ask() {
    if (wanted <= 0 || !asking.compareAndSet(false, true)) {
      return;
    }
    askedAt = System.nanoTime();
    try {
      Admin asked = admin();
      asked
          .describeCluster()
          .nodes()
          .toCompletionStage()
          .thenCompose(
              nodes -> describe(asked, nodes.stream().map(Node::id).collect(Collectors.toSet())))
          .whenComplete(this::heard);
    } catch (KafkaException e) {
      heard(null, e);
    }
  }

  private static CompletionStage<Map<Integer, Map<String, LogDirDescription>>> describe(
      Admin admin, java.util.Set<Integer> brokers) {
    return admin.describeLogDirs(brokers).allDescriptions().toCompletionStage();
  }

  /** While the brokers do not answer, the producer's time-outs tell. */
  private void heard(
      @Nullable Map<Integer, Map<String, LogDirDescription>> disks, @Nullable Throwable failure) {
    Optional<String> found = disks == null ? Optional.empty() : shortage(disks);
    if (found.isPresent() && shortage.isEmpty()) {
      LOG.warn("code={} no events are taken: {}", ErrorCode.STORAGE_LOW, found.get());
    } else if (found.isEmpty() && shortage.isPresent()) {
      LOG.info("events are taken again");
    }
    if (failure != null && !warned) {
      LOG.warn("the brokers do not say what is free on their disks: {}", failure.toString());
    }
    warned = failure != null;
    shortage = found;
    asking.set(false);
  }

  private Optional<String> shortage(Map<Integer, Map<String, LogDirDescription>> disks) {
    for (Map.Entry<Integer, Map<String, LogDirDescription>> broker : disks.entrySet()) {
      for (Map.Entry<String, LogDirDescription> disk : broker.getValue().entrySet()) {
        long free = disk.getValue().usableBytes().orElse(Long.MAX_VALUE);
        if (free < wanted) {
          return Optional.of(
              String.format(
                  Locale.ROOT,
                  "the disk of %s on broker %d is full: %.2f GiB left, %.2f GiB wanted",
                  disk.getKey(),
                  broker.getKey(),
                  gibibytes(free),
                  gibibytes(wanted)));
        }
      }
    }
    return Optional.empty();
  }

  private static double gibibytes(long bytes) {
    return bytes / (double) (1L << 30);
  }

  private synchronized Admin admin() {
    Admin known = admin;
    if (known == null) {
      known = clients.admin();
      admin = known;
    }
    return known;
  }

  @PreDestroy
  synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }
}
