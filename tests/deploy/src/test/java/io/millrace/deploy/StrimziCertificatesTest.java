package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.messaging.clients.KafkaClients;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of Kafka take the files of Strimzi's secrets as they are. */
class StrimziCertificatesTest {
  private static final String PASSWORD = "no-secret";
  private static final String BOOTSTRAP = "localhost:1";

  @TempDir Path mounted;

  @Test
  void shouldTakeTheCertificatesOfUserAndCluster() throws Exception {
    writeSecrets();

    try (Admin admin = clients().admin()) {
      assertThat(admin).isNotNull();
    }
  }

  @Test
  void shouldRefuseWhatIsNoKey() throws Exception {
    writeSecrets();
    Files.writeString(mounted.resolve("kafka-user/user.key"), "no key");

    assertThatThrownBy(() -> clients().admin()).isInstanceOf(KafkaException.class);
  }

  private KafkaClients clients() throws Exception {
    String text =
        Files.readString(Kustomize.FOLDER.resolve("components/strimzi/kafka.properties"))
            .replace("/etc/millrace", mounted.toString());
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    Map<String, Object> connection = new HashMap<>();
    properties.stringPropertyNames().forEach(p -> connection.put(p, properties.getProperty(p)));
    connection.put("bootstrap.servers", BOOTSTRAP);
    return new KafkaClients(connection);
  }

  /** One certificate that is everybody's. */
  private void writeSecrets() throws Exception {
    Path store = mounted.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "user",
                "-dname",
                "CN=ingest",
                "-keyalg",
                "EC",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store)) {
      keys.load(file, PASSWORD.toCharArray());
    }
    String certificate = pem("CERTIFICATE", keys.getCertificate("user").getEncoded());
    Files.createDirectories(mounted.resolve("kafka-user"));
    Files.createDirectories(mounted.resolve("kafka-cluster"));
    Files.writeString(mounted.resolve("kafka-cluster/ca.crt"), certificate);
    Files.writeString(mounted.resolve("kafka-user/user.crt"), certificate);
    Files.writeString(
        mounted.resolve("kafka-user/user.key"),
        pem("PRIVATE KEY", keys.getKey("user", PASSWORD.toCharArray()).getEncoded()));
  }

  private static String pem(String what, byte[] bytes) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, lines);
  }
}
