package io.millrace.messaging.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.SaslMechanism;
import io.kroxylicious.testing.kafka.common.SaslMechanism.Principal;
import io.kroxylicious.testing.kafka.common.Tls;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.Neighbour.Answer;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaClusterExtension.class)
class SecuredKafkaIT {
  private static final String PASSWORD = "c0rrect-horse";

  @Tls
  @SaslMechanism(
      value = "SCRAM-SHA-512",
      principals = @Principal(user = "millrace", password = PASSWORD))
  static KafkaCluster cluster;

  @Test
  void shouldWriteAndReadWithEveryKindOfClient() throws Exception {
    KafkaClients clients = new KafkaClients(settings());
    try (Admin admin = clients.admin()) {
      NewTopics.create(admin, List.of(new NewTopic("t", 1, (short) 1)));
    }
    try (Producer<byte[], byte[]> once = clients.transactional("tx", Map.of())) {
      once.initTransactions();
      once.beginTransaction();
      once.send(record("one"));
      once.commitTransaction();
    }
    try (Producer<byte[], byte[]> plain = clients.producer(Map.of())) {
      plain.send(record("two")).get();
    }

    List<String> read = new ArrayList<>();
    new TopicReader(clients, Duration.ofSeconds(60))
        .read("t", r -> read.add(new String(r.value(), StandardCharsets.UTF_8)));
    List<String> consumed = new ArrayList<>();
    try (Consumer<byte[], byte[]> member = clients.member("g", "one", Map.of())) {
      member.subscribe(List.of("t"));
      while (consumed.size() < 2) {
        member
            .poll(Duration.ofMillis(100))
            .forEach(r -> consumed.add(new String(r.value(), StandardCharsets.UTF_8)));
      }
    }

    assertThat(read).containsExactly("one", "two");
    assertThat(consumed).containsExactly("one", "two");
    assertThat(clients.ask()).isEqualTo(new Answer.Accepted());
  }

  @Test
  void shouldBeRefusedUnderAWrongPasswordAndNotNameIt() {
    Map<String, Object> wrong = settings();
    wrong.computeIfPresent(
        "sasl.jaas.config", (k, v) -> v.toString().replace(PASSWORD, "wr0ng-horse"));

    Answer answer = new KafkaClients(wrong).ask();

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_REFUSED);
              assertThat(refused.reason()).doesNotContain("horse");
            });
  }

  @Test
  void shouldRefuseACertificateThatItDoesNotTrust() {
    Map<String, Object> untrusting = settings();
    untrusting.keySet().removeIf(key -> key.startsWith("ssl.truststore"));

    Answer answer = new KafkaClients(untrusting).ask();

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_REFUSED));
  }

  @Test
  void shouldSayWhatIsWrongWithASetting() {
    Map<String, Object> wrong = settings();
    wrong.put("ssl.truststore.location", "/no/such/store");

    Answer answer = new KafkaClients(wrong).ask();

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.reason()).contains("/no/such/store"));
  }

  private static Map<String, Object> settings() {
    return new HashMap<>(cluster.getKafkaClientConfiguration());
  }

  private static ProducerRecord<byte[], byte[]> record(String text) {
    return new ProducerRecord<>("t", text.getBytes(StandardCharsets.UTF_8));
  }
}
