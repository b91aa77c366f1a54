package io.millrace.ingest.wrong;

import java.net.http.HttpClient;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;

/** Makes clients that know nothing of TLS or a password. */
public final class DoorWithItsOwnClients {
  /** Asks by HTTP. */
  public static final class ByHttp {
    HttpClient client() {
      return HttpClient.newBuilder().build();
    }
  }

  /** Manages. */
  public static final class AsAdmin {
    Admin client(Map<String, Object> settings) {
      return Admin.create(settings);
    }
  }

  /** Reads. */
  public static final class Reading {
    KafkaConsumer<byte[], byte[]> client(Map<String, Object> settings) {
      return new KafkaConsumer<>(settings);
    }
  }

  /** Writes. */
  public static final class Writing {
    KafkaProducer<byte[], byte[]> client(Map<String, Object> settings) {
      return new KafkaProducer<>(settings);
    }
  }

  private DoorWithItsOwnClients() {}
}
