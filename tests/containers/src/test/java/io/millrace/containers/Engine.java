package io.millrace.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The container engine that is here. */
record Engine(DockerClient client) {
  private static final Path IMAGES =
      Path.of(
          System.getProperty("millrace.images", Installation.find().root() + "/.millrace/images"));

  /** What an image of ours writes to. */
  private static final String DATA = "/var/lib/millrace";

  /** It has the images as they were made last. */
  static Engine withImages() {
    Engine engine = new Engine(DockerClientFactory.instance().client());
    try {
      engine.loadImages();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
                        .anyMatch(tag -> tag.matches("(.*/)?millrace/%s:.*".formatted(piece))))
        .findFirst()
        .orElseThrow()
        .getId();
  }

  /** Runs a container to its end. */
  Ended run(CreateContainerCmd create) throws Exception {
    String container = create.exec().getId();
    try {
      client.startContainerCmd(container).exec();
      int exitCode =
          client
              .waitContainerCmd(container)
              .exec(new WaitContainerResultCallback())
              .awaitStatusCode(10, TimeUnit.MINUTES);
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
