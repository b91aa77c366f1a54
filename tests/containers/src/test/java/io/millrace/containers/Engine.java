package io.millrace.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/** The container engine that is here. */
record Engine(DockerClient client) {
  private static final Path IMAGES =
      Path.of(
          System.getProperty("millrace.images", Installation.find().root() + "/.millrace/images"));

  private static final String VERSION = System.getProperty("millrace.version");

  /** What an image of ours writes to. */
  private static final String DATA = "/var/lib/millrace";

  private static @Nullable Engine here;

  /** It has the images as they were made last. */
  static synchronized Engine withImages() {
    Engine engine = here;
    if (engine == null) {
      engine = new Engine(DockerClientFactory.instance().client());
      try {
        engine.loadImages();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      here = engine;
    }
    return engine;
  }

  private void loadImages() throws IOException {
    List<Path> archives;
    try (Stream<Path> files = Files.list(IMAGES)) {
      archives = files.filter(file -> file.toString().endsWith(".tar")).sorted().toList();
    }
    assertThat(archives).as("images in " + IMAGES).isNotEmpty();
    for (Path archive : archives) {
      try (InputStream image = Files.newInputStream(archive)) {
        client.loadImageCmd(image).exec();
      }
    }
  }

  /** How a container ended, and what it said. */
  record Ended(long exitCode, String log) {
    Ended requireSuccess() {
      assertThat(exitCode).as(log).isZero();
      return this;
    }
  }

  /** A container of an image as a strict orchestrator has it, to be run to its end. */
  CreateContainerCmd create(String piece) {
    return client
        .createContainerCmd(image(piece))
        .withVolumes(new Volume(DATA))
        .withHostConfig(new HostConfig().withReadonlyRootfs(true));
  }

  private String image(String piece) {
    return client.listImagesCmd().exec().stream()
        .filter(
            image ->
                image.getRepoTags() != null
                    && Arrays.stream(image.getRepoTags())
                        .anyMatch(tag -> tag.endsWith("millrace/%s:%s".formatted(piece, VERSION))))
        .findFirst()
        .orElseThrow()
        .getId();
  }

  private InspectContainerResponse.ContainerState state(String container) {
    return client.inspectContainerCmd(container).exec().getState();
  }

  /** Runs a container to its end. */
  Ended run(CreateContainerCmd create) throws Exception {
    String container = create.exec().getId();
    try {
      client.startContainerCmd(container).exec();
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
      InspectContainerResponse.ContainerState state = state(container);
      // asked now and then: while Podman's engine is asked to wait it takes a whole processor
      while (Boolean.TRUE.equals(state.getRunning())) {
        assertThat(System.nanoTime()).as("it does not end: %s", create).isLessThan(deadline);
        Thread.sleep(500);
        state = state(container);
      }
      long exitCode = Objects.requireNonNull(state.getExitCodeLong());
      return new Ended(exitCode, log(container));
    } finally {
      client.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec();
    }
  }

  String log(String container) throws InterruptedException {
    StringBuffer text = new StringBuffer();
    client
        .logContainerCmd(container)
        .withStdOut(true)
        .withStdErr(true)
        .exec(
            new ResultCallback.Adapter<Frame>() {
              @Override
              public void onNext(Frame frame) {
                text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
              }
            })
        .awaitCompletion(1, TimeUnit.MINUTES);
    return text.toString();
  }
}
