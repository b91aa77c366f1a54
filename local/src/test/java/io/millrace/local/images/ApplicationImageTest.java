package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.images.ApplicationImage.Build;
import io.millrace.local.images.StartArchive.Training;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on an empty base, which no registry is asked for. */
class ApplicationImageTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Application application;

  @BeforeEach
  void build() throws IOException {
    application =
        new Application(
            "serving",
            "1.0",
            List.of(file("library.jar", "/app/lib/library.jar")),
            List.of(file("run.jar", "/app/run.jar")),
            List.of("-jar", "/app/run.jar"),
            true,
            Map.of("HOME", "/var/lib/millrace"),
            List.of("/var/lib/millrace"),
            OptionalInt.of(8501),
            Optional.of(
                Files.writeString(
                    folder.resolve("bom.json"),
                    "{\"metadata\": {\"component\": {\"version\": \"1.0\"}}}")));
    Files.writeString(folder.resolve("LICENSE"), "Apache");
  }

  @Test
  void shouldHaveTheSameLayersWheneverItsFilesWereMade() throws IOException {
    // Given
    ImageArchive image = image("first", Optional.empty());

    // When
    Files.setLastModifiedTime(
        folder.resolve("run.jar"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    ImageArchive again = image("second", Optional.empty());

    // Then
    assertThat(again.layers()).isEqualTo(image.layers());
    assertThat(image.layers()).containsOnlyKeys("libraries", "data folder", "licences", "code");
  }

  @Test
  void shouldChangeOnlyTheLayerOfTheCodeWhenTheCodeChanges() throws IOException {
    ImageArchive image = image("first", Optional.empty());
    Files.writeString(folder.resolve("run.jar"), "other code");

    Map<String, String> layers = image("second", Optional.empty()).layers();

    assertThat(layers.get("code")).isNotEqualTo(image.layers().get("code"));
    assertThat(layers).containsAllEntriesOf(without(image.layers(), "code"));
  }

  @Test
  void shouldStartFromItsArchiveWhenItHasOne() throws IOException {
    ImageFile archive = file("start.aot", "/app/start.aot");

    ImageArchive without = image("without", Optional.empty());
    ImageArchive with = image("with", Optional.of(archive.source()));

    assertThat(with.entrypoint().get(1)).isEqualTo("-XX:AOTCache=/app/start.aot");
    assertThat(with.labels()).containsEntry("io.millrace.start-archive", "true");
    assertThat(with.layers()).containsKey("start archive");
    assertThat(without.labels()).containsEntry("io.millrace.start-archive", "false");
    assertThat(without.entrypoint())
        .startsWith("java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError")
        .endsWith("-jar", "/app/run.jar");
  }

  @Test
  void shouldRunAsANumberThatIsNotRoot() throws IOException {
    assertThat(image("first", Optional.empty()).user()).isEqualTo("65532:65532");
  }

  @Test
  void shouldSayFromWhatItWasMade() throws IOException {
    ImageArchive image = image("first", Optional.empty());

    assertThat(image.labels())
        .containsEntry("org.opencontainers.image.title", "Millrace serving")
        .containsEntry("org.opencontainers.image.version", "1.0")
        .containsEntry("org.opencontainers.image.revision", "0123abcd")
        .containsEntry("org.opencontainers.image.created", "2026-11-30T09:00:00Z");
  }

  @Test
  void shouldGoWithoutAStartArchiveAndSayWhyWhenTheImageDoesNotRun() throws IOException {
    ImageArchive image = image("first", Optional.empty());

    Training training =
        new StartArchive(image, Files.createDirectories(folder.resolve("training")))
            .train(OptionalInt.of(8501), List.of());

    assertThat(training)
        .isInstanceOfSatisfying(
            Training.Failed.class,
            failed -> assertThat(failed.reason()).isNotBlank().hasLineCount(1));
  }

  @Test
  void shouldSayWhichImageCanNotBeMadeWhenItsBaseIsNotThere() {
    Path missing = folder.resolve("missing.tar");

    assertThatThrownBy(() -> image("first", "tar://" + missing, Optional.empty()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith(
            "the image of serving on tar://" + missing + " could not be made: ");
    assertThat(Thread.getAllStackTraces().values())
        .as("threads of the build")
        .noneMatch(
            frames ->
                Arrays.stream(frames).anyMatch(frame -> frame.getClassName().contains(".jib.")));
  }

  private ImageArchive image(String name, Optional<Path> startArchive) throws IOException {
    return image(name, "scratch", startArchive);
  }

  private ImageArchive image(String name, String base, Optional<Path> startArchive)
      throws IOException {
    Path work = Files.createDirectories(folder.resolve(name));
    Path archive = work.resolve("image.tar");
    Build build =
        new Build(
            base,
            base,
            Architecture.AMD64,
            Optional.of(new Revision("0123abcd", Instant.parse("2026-11-30T09:00:00Z"))),
            folder.resolve("LICENSE"),
            work.resolve("cache"));
    new ApplicationImage(application, build, work).write(archive, startArchive);
    return ImageArchive.open(archive, work.resolve("opened"));
  }

  private ImageFile file(String name, String target) throws IOException {
    return new ImageFile(Files.writeString(folder.resolve(name), name), target);
  }

  private static Map<String, String> without(Map<String, String> layers, String name) {
    Map<String, String> others = new HashMap<>(layers);
    others.remove(name);
    return others;
  }
}
