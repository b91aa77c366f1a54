package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighbourImagesTest {
  private static final String RUNTIME = "local/runtime/target/";

  @TempDir Path root;

  @BeforeEach
  void build() throws IOException {
    write("local/target/bom.json", "{\"metadata\": {\"component\": {\"version\": \"1.0\"}}}");
    write(RUNTIME + "broker/kafka_2.13-4.1.1.jar", "kafka");
    write(RUNTIME + "registry/quarkus-run.jar", "registry");
    write(RUNTIME + "registry/lib/main/h2.jar", "h2");
    write(RUNTIME + "redis/redis-server-6.2.6-v5-linux-amd64", "redis");
    write(RUNTIME + "redis/redis-server-6.2.7-linux-arm64", "redis on ARM");
    write("local/s3/target/s3/s3proxy-4.1.0.jar", "s3");
  }

  @Test
  void shouldBeOfMillracesVersionAndWriteToItsDataOnly() {
    for (String name : NeighbourImages.NAMES) {
      Application application = application(name, Architecture.AMD64);
      assertThat(application.name()).isEqualTo(name);
      assertThat(application.version()).isEqualTo("1.0");
      assertThat(application.sbom()).isEmpty();
      assertThat(application.folders())
          .startsWith(Application.DATA)
          .allMatch(folder -> folder.startsWith(Application.DATA));
    }
  }

  @Test
  void shouldRunTheBrokerAsMountedSettingsSay() {
    Application broker = application("broker", Architecture.AMD64);

    assertThat(broker.launch()).endsWith("kafka.Kafka", "/etc/millrace/broker.properties");
    assertThat(broker.libraries())
        .extracting(ImageFile::target)
        .containsExactly("/app/lib/kafka_2.13-4.1.1.jar");
    assertThat(broker.code()).singleElement().satisfies(log -> assertThat(log.source()).exists());
  }

  @Test
  void shouldKeepTheRegistrysIdsWhereItMayWrite() {
    assertThat(application("registry", Architecture.AMD64).launch())
        .contains(
            "-Dapicurio.datasource.url=jdbc:h2:file:/var/lib/millrace/registry;WRITE_DELAY=0",
            "-Dquarkus.http.host=0.0.0.0");
  }

  @Test
  void shouldHaveRedisForTheProcessorAsAProgram() {
    for (Architecture architecture : Architecture.values()) {
      Application redis = application("redis", architecture);
      assertThat(redis.isInJvm()).isFalse();
      assertThat(redis.workingDirectory()).isEqualTo(Application.DATA);
      assertThat(redis.libraries())
          .singleElement()
          .satisfies(
              program -> {
                assertThat(program.isProgram()).isTrue();
                assertThat(redis.launch()).startsWith(program.target());
                assertThat(program.source().toString()).endsWith(architecture.imageName());
              });
    }
  }

  @Test
  void shouldHaveABucket() {
    assertThat(application("s3", Architecture.AMD64).folders())
        .isEqualTo(
            List.of(
                "/var/lib/millrace",
                "/var/lib/millrace/buckets",
                "/var/lib/millrace/buckets/millrace"));
  }

  private Application application(String name, Architecture architecture) {
    return new NeighbourImages(new Installation(root), architecture).application(name, root);
  }

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
