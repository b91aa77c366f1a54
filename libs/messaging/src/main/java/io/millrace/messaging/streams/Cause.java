package io.millrace.messaging.streams;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.registry.RegistryRefusedException;
import io.millrace.messaging.registry.RegistryUnavailableException;
import java.net.SocketException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;

/** Who is to blame for an exception in a stream thread. */
enum Cause {
  /** The record that was processed: no other one fails so. */
  RECORD,

  /** Kafka or the registry is away: it passes, so none of it counts. */
  NEIGHBOUR,

  /** Kafka or the registry refuses us, by right or by size: until its operator lets us. */
  REFUSED,

  /** A topic that it reads is not there: until somebody makes it. */
  MISSING,

  /** The application itself: its stores, its topology. */
  APPLICATION,

  /** What a changelog holds is no state of its store: no try helps. */
  STATE;

  static Cause of(Throwable error) {
    Throwable root = error;
    for (Throwable at = error; at != null; at = at.getCause()) {
      root = at;
      if (at instanceof DamagedStateException || at instanceof NewerStateException) {
        return STATE;
      }
      if (at instanceof AuthorizationException
          || at instanceof AuthenticationException
          || at instanceof RegistryRefusedException) {
        return REFUSED;
      }
      if (at instanceof MissingSourceTopicException
          || at instanceof UnknownTopicOrPartitionException) {
        return MISSING;
      }
      if (at instanceof RegistryUnavailableException
          || at instanceof RetriableException
          || at instanceof SocketException) {
        return NEIGHBOUR;
      }
      if (at instanceof RecordTooLargeException) {
        // wrapped it is the broker's answer, which comes while another record is processed
        return at == error ? RECORD : REFUSED;
      }
      if (at instanceof SerializationException) {
        return RECORD;
      }
      if (at instanceof OutdatedTopologyException
          || at instanceof ProcessorStateException
          || at instanceof Error) {
        return APPLICATION;
      }
    }
    return root instanceof KafkaException ? APPLICATION : RECORD;
  }

  /** The code of what a neighbour does: the registry says its own, what is left is Kafka's. */
  static ErrorCode code(Throwable error, ErrorCode kafkas) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof RegistryUnavailableException registry) {
        return registry.code();
      }
    }
    return kafkas;
  }

  /** What happened, in one line: the innermost exception says most. */
  static String describe(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  /** The same for what the broker has refused, with the topic, which the clients say around it. */
  static String describeRefusal(Throwable error) {
    String around = "";
    for (Throwable at = error; at.getCause() != null; at = at.getCause()) {
      around = String.valueOf(at.getMessage()).lines().findFirst().orElse("") + " ";
    }
    return around + describe(error);
  }
}
