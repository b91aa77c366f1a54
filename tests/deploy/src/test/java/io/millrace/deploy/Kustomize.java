package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code kubectl kustomize}, which asks no cluster. */
final class Kustomize {
  static final Path FOLDER = Installation.find().root().resolve("deploy/k8s");

  private static final String KUBECTL = System.getenv().getOrDefault("KUBECTL", "kubectl");

  private Kustomize() {}

  static boolean isHere() {
    try {
      return run("version", "--client").ended() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** What a folder below {@code deploy/k8s} makes. */
  static Manifests render(String folder) throws IOException {
    return render(FOLDER.resolve(folder));
  }

  static Manifests render(Path folder) throws IOException {
    Output output = run("kustomize", folder.toString());
    if (output.ended() != 0) {
      throw new IllegalArgumentException(folder + ": " + output.errors());
    }
    if (!output.errors().isBlank()) {
      throw new IllegalArgumentException(
          folder + " is rendered with a warning: " + output.errors());
    }
    return parse(output.text());
  }

  static Manifests parse(String text) throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    YAMLMapper yaml = new YAMLMapper();
    try (MappingIterator<JsonNode> documents = yaml.readerFor(JsonNode.class).readValues(text)) {
      while (documents.hasNext()) {
        manifests.add(new Manifest(documents.next()));
      }
    }
    return new Manifests(manifests);
  }

  private record Output(int ended, String text, String errors) {}

  private static Output run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(KUBECTL));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("kubectl", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("kubectl does not end");
      }
      return new Output(process.exitValue(), text, Files.readString(errors));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(errors);
    }
  }
}
