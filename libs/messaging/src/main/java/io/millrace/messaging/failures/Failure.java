package io.millrace.messaging.failures;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import java.io.IOException;
import java.sql.SQLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What went wrong, by its code.
 *
 * @param message of the exception that told the code
 */
public record Failure(ErrorCode code, String message) {
  /**
   * The outermost exception that is known to be of a code counts: one that says so, Kafka's (of
   * those the innermost, which others of Kafka's wrap), and those of files, which stand in the
   * artifact store.
   */
  public static Failure of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case Coded coded -> {
          return of(coded.code(), cause);
        }
        case SerializationException bug -> {
          return of(ErrorCode.INTERNAL, bug);
        }
        case RecordTooLargeException bug -> {
          return of(ErrorCode.INTERNAL, bug);
        }
        case AuthorizationException refused -> {
          return of(ErrorCode.KAFKA_REFUSED, refused);
        }
        case AuthenticationException refused -> {
          return of(ErrorCode.KAFKA_REFUSED, refused);
        }
        case UnknownTopicOrPartitionException missing -> {
          return of(ErrorCode.TOPIC_MISSING, missing);
        }
        case KafkaException away when !(away.getCause() instanceof KafkaException) -> {
          return of(ErrorCode.KAFKA_UNAVAILABLE, away);
        }
        case JsonProcessingException bug -> {
          return of(ErrorCode.INTERNAL, bug);
        }
        case IOException away -> {
          // DuckDB's own files and memory are no neighbour
          return of(
              away.getCause() instanceof SQLException
                  ? ErrorCode.INTERNAL
                  : ErrorCode.STORE_UNAVAILABLE,
              away);
        }
        default -> {}
      }
    }
    return new Failure(ErrorCode.INTERNAL, thrown.toString());
  }

  private static Failure of(ErrorCode code, Throwable cause) {
    return new Failure(code, cause instanceof Coded ? words(cause) : cause.toString());
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }
}
