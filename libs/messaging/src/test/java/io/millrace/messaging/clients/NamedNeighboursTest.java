package io.millrace.messaging.clients;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedNeighboursTest {
  private static final Map<String, String> ALL =
      Map.of(
          "KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
          "MILLRACE_REGISTRY_URL", "http://registry:8080",
          "MILLRACE_REDIS_URL", "redis://redis:6379",
          "MILLRACE_ARTIFACTS_ROOT", "s3://bucket");

  @TempDir Path folder;

  @Test
  void shouldStartWhenAllAreNamed() {
    assertThatCode(() -> start(ALL)).doesNotThrowAnyException();
  }

  @Test
  void shouldSayAtOnceWhatToSetWhenNothingIs() {
    assertThatThrownBy(() -> start(Map.of()))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining(
            "SETTINGS_MISSING: set KAFKA_BOOTSTRAP_SERVERS (or MILLRACE_KAFKA_CONFIG, a file that"
                + " names them), MILLRACE_REGISTRY_URL, MILLRACE_REDIS_URL, MILLRACE_ARTIFACTS_ROOT")
        .hasMessageNotContaining("\n\n");
  }

  @Test
  void shouldNameTheOneThatIsMissing() {
    for (String missing : ALL.keySet()) {
      Map<String, String> others = new HashMap<>(ALL);
      others.remove(missing);

      assertThatThrownBy(() -> start(others))
          .hasMessageContaining("SETTINGS_MISSING: set " + missing);
    }
  }

  @Test
  void shouldTakeAnEmptyOneForMissing() {
    Map<String, String> empty = new HashMap<>(ALL);
    empty.put("MILLRACE_REDIS_URL", "");

    assertThatThrownBy(() -> start(empty)).hasMessageContaining("millrace.redis.url");
  }

  @Test
  void shouldTakeAFileThatNamesTheBroker() throws Exception {
    Path names = Files.writeString(folder.resolve("names"), "bootstrap.servers=broker:9092");
    Path namesNone = Files.writeString(folder.resolve("none"), "security.protocol=SSL");
    Map<String, String> settings = new HashMap<>(ALL);
    settings.remove("KAFKA_BOOTSTRAP_SERVERS");

    settings.put("MILLRACE_KAFKA_CONFIG", names.toString());
    assertThatCode(() -> start(settings)).doesNotThrowAnyException();
    settings.put("MILLRACE_KAFKA_CONFIG", namesNone.toString());
    assertThatThrownBy(() -> start(settings)).hasMessageContaining("set KAFKA_BOOTSTRAP_SERVERS");
  }

  @Test
  void shouldAskForNothingOutsideOfAnImage() {
    assertThatCode(() -> kafka(config(Map.of()))).doesNotThrowAnyException();
  }

  private static void start(Map<String, String> environment) {
    Map<String, String> inAnImage = new HashMap<>(environment);
    inAnImage.put("MILLRACE_NEIGHBOURS_MUST_BE_NAMED", "true");
    kafka(config(inAnImage));
  }

  private static void kafka(SmallRyeConfig config) {
    new ClientBeans().kafka(config.getConfigMapping(ClientSettings.class), config);
  }

  private static SmallRyeConfig config(Map<String, String> environment) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withMapping(ClientSettings.class)
        .withDefaultValue("java.io.tmpdir", "/tmp")
        .withSources(new EnvConfigSource(environment, 300))
        .build();
  }
}
