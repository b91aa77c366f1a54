package io.millrace.messaging.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.pipelines.RunnablePipeline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LagResourceTest {
  private final PipelineApplications applications = new PipelineApplications(new Unstartable());

  /** One that is sure of nothing would have others scaled down. */
  @Test
  void shouldNotAnswerBeforeItKnowsWhichPipelinesThereAre() {
    LagResource resource = new LagResource(nowhere(), applications, () -> false);

    assertThatThrownBy(resource::lag)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(ErrorCode.KAFKA_UNAVAILABLE));
  }

  @Test
  @Timeout(30)
  void shouldSayWithinFiveSecondsThatTheBrokerIsAway() {
    applications.accept(flights());
    LagResource resource = new LagResource(nowhere(), applications, () -> true);
    long began = System.nanoTime();

    assertThatThrownBy(resource::lag)
        .satisfies(
            away -> assertThat(Failure.of(away).code()).isEqualTo(ErrorCode.KAFKA_UNAVAILABLE));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThat(ErrorCode.KAFKA_UNAVAILABLE.status()).isEqualTo(503);
  }

  /** A pipeline whose application does not start here has its groups all the same. */
  @Test
  void shouldCountEveryPipelineThatShouldRunAndNoneThatIsDeleted() {
    applications.accept(flights());
    assertThat(applications.groups())
        .isEqualTo(PipelineGroup.transformer(FlightsFile.pipeline()))
        .extracting(PipelineGroup::id)
        .containsExactly(
            "millrace-transformer-flights",
            "millrace-transformer-flights-parts",
            "millrace-transformer-flights-redis");

    applications.accept(
        PipelineVersion.newBuilder(flights()).setVersion(2).setDeleted(true).build());
    assertThat(applications.groups()).isEmpty();
  }

  private static KafkaClients nowhere() {
    return KafkaClients.at("localhost:1");
  }

  private static PipelineVersion flights() {
    return PipelineVersion.newBuilder()
        .setPipeline("flights")
        .setVersion(1)
        .setPartitions(4)
        .setAppliedAt(Instant.EPOCH)
        .setSchemas(Map.of())
        .setFile(FlightsFile.text())
        .build();
  }

  private static final class Unstartable implements PipelineApplicationFactory {
    @Override
    public PipelineApplication start(RunnablePipeline pipeline) {
      throw new IllegalStateException("not here");
    }

    @Override
    public List<PipelineGroup> groups(Pipeline pipeline) {
      return PipelineGroup.transformer(pipeline);
    }
  }
}
