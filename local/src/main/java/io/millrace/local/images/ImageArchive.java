package io.millrace.local.images;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** An image as {@code docker save} writes it, with its files beside each other in a folder. */
final class ImageArchive {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final Path folder;
  private final JsonNode manifest;
  private final JsonNode config;

  private ImageArchive(Path folder) throws IOException {
    this.folder = folder;
    this.manifest = JSON.readTree(folder.resolve("manifest.json").toFile()).get(0);
    this.config = JSON.readTree(folder.resolve(manifest.path("Config").asText()).toFile());
  }

  /**
   * Opens an archive.
   *
   * @param work takes the files
   */
  static ImageArchive open(Path archive, Path work) {
    try {
      Files.createDirectories(work);
      new ExternalCommand(List.of("tar", "-x", "-f", archive.toString(), "-C", work.toString()))
          .run();
      return new ImageArchive(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> entrypoint() {
    return strings(config.at("/config/Entrypoint"));
  }

  /** As {@code NAME=value}. */
  List<String> environment() {
    return strings(config.at("/config/Env"));
  }

  Map<String, String> labels() {
    return JSON.convertValue(config.at("/config/Labels"), TEXTS);
  }

  String user() {
    return config.at("/config/User").asText();
  }

  /** The digest of each layer's content, by the layer's name. */
  Map<String, String> layers() {
    List<String> digests = strings(config.at("/rootfs/diff_ids"));
    List<JsonNode> histories =
        StreamSupport.stream(config.path("history").spliterator(), false)
            .filter(history -> !history.path("empty_layer").asBoolean())
            .toList();
    Map<String, String> layers = new LinkedHashMap<>();
    for (int i = 0; i < digests.size(); i++) {
      layers.put(histories.get(i).path("comment").asText(), digests.get(i));
    }
    return layers;
  }

  /**
   * Lays the layers over each other. What a layer deletes of those below is not deleted: no base
   * does that with files that a JVM reads.
   */
  void unpack(Path root) {
    for (String layer : strings(manifest.path("Layers"))) {
      new ExternalCommand(
              List.of(
                  "tar",
                  "-x",
                  "--keep-directory-symlink",
                  "--no-same-owner",
                  "--warning=no-unknown-keyword",
                  "-f",
                  folder.resolve(layer).toString(),
                  "-C",
                  root.toString()))
          .run();
    }
  }

  private static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
