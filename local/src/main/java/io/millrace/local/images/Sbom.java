package io.millrace.local.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What an application is made of, as CycloneDX. */
record Sbom(JsonNode root) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Sbom read(Path file) {
    try {
      return new Sbom(JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The application's version. */
  String version() {
    return root.at("/metadata/component/version").asText();
  }

  /** Each library that is not ours, with its licence, a line each. */
  String thirdPartyNotices() {
    return StreamSupport.stream(root.path("components").spliterator(), false)
        .filter(component -> !component.path("group").asText().startsWith("io.millrace"))
        .map(Sbom::line)
        .sorted()
        .collect(
            Collectors.joining(
                "\n",
                "This image contains these libraries; texts and notices of their licences are in"
                    + " their jars.\n\n",
                "\n"));
  }

  private static String line(JsonNode component) {
    return "%s:%s:%s  %s"
        .formatted(
            component.path("group").asText(),
            component.path("name").asText(),
            component.path("version").asText(),
            licences(component.path("licenses")));
  }

  private static String licences(JsonNode licences) {
    return licences.isEmpty()
        ? "(no licence is named)"
        : StreamSupport.stream(licences.spliterator(), false)
            .map(Sbom::licence)
            .collect(Collectors.joining(", "));
  }

  private static String licence(JsonNode choice) {
    if (choice.has("expression")) {
      return choice.path("expression").asText();
    }
    JsonNode licence = choice.path("license");
    return licence.path("id").asText(licence.path("name").asText());
  }
}
