package io.millrace.validator.checks;

import io.millrace.features.wrong.WrongLibrary;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Breaks what a check promises: knows a framework, a clock, a stream, a logger. */
public final class WrongCheckUtil {
  @Inject KafkaConsumer<byte[], byte[]> consumer;
  WrongLibrary library;
  Logger logger = Logger.getLogger("wrong");

  void check() {
    System.out.println(Instant.now());
  }
}
