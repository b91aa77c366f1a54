package io.millrace.monitor.lag;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.monitor.history.Changes;
import io.millrace.monitor.history.Section;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rates and lags of the services, asked for every two seconds while somebody looks. */
@ApplicationScoped
public class Services {
  private static final Logger LOG = LoggerFactory.getLogger(Services.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration INTEREST = Duration.ofSeconds(15);

  /** A rate is over this many periods: commits come in bursts. */
  private static final int PERIODS = 3;

  private final KafkaClients clients;
  private final PipelineApplications pipelines;
  private final Changes changes;
  private final Clock clock;
  private final Deque<Groups> moments = new ArrayDeque<>();
  private final Background background = new Background("services");

  private Optional<Admin> admin = Optional.empty();
  private volatile Instant lastLooked = Instant.EPOCH;

  @Inject
  public Services(
      KafkaClients clients, PipelineApplications pipelines, Changes changes, Clock clock) {
    this.clients = clients;
    this.pipelines = pipelines;
    this.changes = changes;
    this.clock = clock;
  }

  /** Somebody looks. */
  public void look() {
    lastLooked = clock.instant();
  }

  /** Those of a pipeline; empty while the broker has not answered yet. */
  public List<ServiceLag> of(Pipeline pipeline) {
    look();
    synchronized (moments) {
      return moments.isEmpty()
          ? List.of()
          : ServiceGroups.of(
              pipeline,
              moments.getLast(),
              moments.size() < 2 ? Optional.empty() : Optional.of(moments.getFirst()));
    }
  }

  void start(@Observes StartupEvent event) {
    background.every(PERIOD, this::read);
  }

  @PreDestroy
  void stop() {
    boolean unused = background.close(Duration.ZERO);
  }

  private void read() {
    if (lastLooked.plus(INTEREST).isBefore(clock.instant())) {
      forget();
      return;
    }
    try {
      Admin open = admin.orElseGet(clients::admin);
      admin = Optional.of(open);
      Groups now = new GroupsReader(open, clock).read(topics());
      synchronized (moments) {
        moments.addLast(now);
        if (moments.size() > PERIODS + 1) {
          moments.removeFirst();
        }
      }
    } catch (InterruptException e) {
      return; // it ends
    } catch (ExecutionException | RuntimeException | Error e) {
      LOG.warn("the broker does not tell the lag: {}", e.toString());
      forget();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pipelines.all().forEach(p -> changes.changed(p.pipeline().name(), Section.SERVICES));
  }

  private void forget() {
    synchronized (moments) {
      moments.clear();
    }
    admin.ifPresent(open -> open.close(Duration.ZERO));
    admin = Optional.empty();
  }

  private Collection<String> topics() {
    return pipelines.all().stream()
        .flatMap(running -> ServiceGroups.streamTopics(running.pipeline().pipeline()).stream())
        .toList();
  }
}
