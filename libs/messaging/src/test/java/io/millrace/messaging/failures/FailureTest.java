package io.millrace.messaging.failures;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.errors.Fault;
import io.millrace.messaging.registry.RegistryRefusedException;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.runs.StepFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void shouldTakeTheCodeThatAnExceptionKnows() {
    Failure failure =
        Failure.of(
            new IllegalStateException(
                new StepFailedException(ErrorCode.NO_TRAINING_ROWS, "no rows")));

    assertThat(failure).isEqualTo(new Failure(ErrorCode.NO_TRAINING_ROWS, "no rows"));
  }

  @Test
  void shouldTellNeighboursApart() {
    assertCode(new RegistryUnavailableException("gone"), ErrorCode.REGISTRY_UNAVAILABLE);
    assertCode(new KafkaException(new TimeoutException()), ErrorCode.KAFKA_UNAVAILABLE);
    assertCode(new KafkaException(new UnknownTopicOrPartitionException()), ErrorCode.TOPIC_MISSING);
    assertCode(
        new UncheckedIOException(new NoSuchFileException("/store")), ErrorCode.STORE_UNAVAILABLE);
    assertCode(
        new FileSystemException("/store", null, "No space left on device"),
        ErrorCode.STORE_UNAVAILABLE);
    assertThat(ErrorCode.STORE_UNAVAILABLE.fault()).isEqualTo(Fault.NEIGHBOUR);
  }

  @Test
  void shouldTellARefusalFromAnAbsence() {
    assertCode(new RegistryRefusedException("401"), ErrorCode.REGISTRY_REFUSED);
    assertCode(
        new KafkaException(new TopicAuthorizationException("refused")), ErrorCode.KAFKA_REFUSED);
    assertCode(
        new KafkaException(new SaslAuthenticationException("refused")), ErrorCode.KAFKA_REFUSED);
  }

  @Test
  void shouldBlameNoNeighbourForWhatIsOurs() {
    assertCode(new IllegalStateException("a bug"), ErrorCode.INTERNAL);
    assertCode(new RecordTooLargeException(), ErrorCode.INTERNAL);
    assertCode(new IOException("no rows read", new SQLException("no memory")), ErrorCode.INTERNAL);
    try {
      Object unused = new ObjectMapper().readTree("{");
    } catch (IOException e) {
      assertCode(e, ErrorCode.INTERNAL);
    }
    assertCode(new OutOfMemoryError(), ErrorCode.INTERNAL);
  }

  private static void assertCode(Throwable thrown, ErrorCode code) {
    assertThat(Failure.of(thrown).code()).isEqualTo(code);
  }
}
