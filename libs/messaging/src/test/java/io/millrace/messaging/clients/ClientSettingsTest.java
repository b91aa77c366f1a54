package io.millrace.messaging.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientSettingsTest {
  @TempDir Path folder;

  @Test
  void shouldExpectNeighboursOnThisMachineThatAskForNothing() {
    ClientSettings settings = settings(Map.of(), Map.of());

    assertThat(settings.registry().url()).isEqualTo(URI.create("http://localhost:8080"));
    assertThat(settings.redis().url()).isEqualTo(URI.create("redis://localhost:6379"));
    assertThat(settings.redis().timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.artifacts().root()).isEqualTo(URI.create("file:///tmp/millrace/artifacts"));
    assertThat(RegistryAccess.of(settings.registry()).authorization().get()).isEmpty();
    assertThat(Secret.password(settings.redis().login()).get()).isEmpty();
    assertThat(TrustStore.of(settings.redis().trust())).isEmpty();
  }

  @Test
  void shouldReachABucketOfAwsWithAKeyThatStandsElsewhere() {
    ClientSettings.S3 s3 = settings(Map.of(), Map.of()).artifacts().s3();

    assertThat(s3.endpoint()).isEmpty();
    assertThat(s3.pathStyle()).isEmpty();
    assertThat(Secret.reading(s3.accessKeyId(), s3.accessKeyIdFile()).get()).isEmpty();
    assertThat(Secret.reading(s3.secretAccessKey(), s3.secretAccessKeyFile()).get()).isEmpty();
    assertThat(Secret.reading(s3.sessionToken(), s3.sessionTokenFile()).get()).isEmpty();
    assertThat(TrustStore.of(s3.trust())).isEmpty();
    assertThat(s3.timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(s3.partBytes()).isEqualTo(16L << 20);
    assertThat(s3.cache().bytes()).isEqualTo(10L << 30);
  }

  @Test
  void shouldTakeSecretsFromTheEnvironment() {
    ClientSettings settings =
        settings(
            Map.of(), Map.of("MILLRACE_REDIS_LOGIN_PASSWORD", "p", "MILLRACE_REGISTRY_TOKEN", "t"));

    assertThat(Secret.password(settings.redis().login()).get()).contains("p");
    assertThat(RegistryAccess.of(settings.registry()).authorization().get()).contains("Bearer t");
  }

  @Test
  void shouldReadATokenThatWasReplacedInItsFile() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one\n");
    RegistryAccess access =
        RegistryAccess.of(
            settings(Map.of("millrace.registry.token-file", file.toString()), Map.of()).registry());

    String before = access.authorization().get().orElseThrow();
    Files.writeString(file, "two\n");
    String after = access.authorization().get().orElseThrow();

    assertThat(before).isEqualTo("Bearer one");
    assertThat(after).isEqualTo("Bearer two");
  }

  /** The header is the example of RFC 7617, section 2. */
  @Test
  void shouldSendALoginAsBasicAuthentication() {
    RegistryAccess access =
        RegistryAccess.of(
            settings(
                    Map.of(
                        "millrace.registry.login.username", "Aladdin",
                        "millrace.registry.login.password", "open sesame"),
                    Map.of())
                .registry());

    assertThat(access.authorization().get()).contains("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assertThat(access.toString()).doesNotContain("sesame");
  }

  private static ClientSettings settings(Map<String, String> properties, Map<String, String> env) {
    return KafkaClientsTest.config(properties, env).getConfigMapping(ClientSettings.class);
  }
}
