package io.millrace.messaging.lag;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.http.KeptAnswer;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplications;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * How many records this service has before it, over the groups of all its pipelines: whichever
 * replica is asked, the sum is of all. For whoever decides how many replicas there shall be.
 */
@Path("/scaling/lag")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
public class LagResource {
  private static final Duration KEPT = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final KafkaClients clients;
  private final PipelineApplications applications;
  private final BooleanSupplier known;
  private final KeptAnswer<Long> answer = new KeptAnswer<>(KEPT, this::ask);

  @Inject
  public LagResource(
      KafkaClients clients, PipelineApplications applications, PipelinesFollower pipelines) {
    this(clients, applications, pipelines::isCaughtUp);
  }

  /**
   * @param known whether all pipelines are known that there are
   */
  LagResource(KafkaClients clients, PipelineApplications applications, BooleanSupplier known) {
    this.clients = clients;
    this.applications = applications;
    this.known = known;
  }

  /** A moment old at most; a problem while the broker does not tell, which is not 0. */
  @GET
  public Map<String, Long> lag() {
    return Map.of("lag", answer.get());
  }

  private long ask() {
    if (!known.getAsBoolean()) {
      throw new ProblemException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "this instance has not read yet which pipelines there are; send the request again");
    }
    Admin admin = clients.admin();
    try {
      return new BrokerOffsets(admin, PATIENCE)
          .lags(applications.groups()).values().stream().mapToLong(Long::longValue).sum();
    } finally {
      admin.close(Duration.ZERO);
    }
  }
}
