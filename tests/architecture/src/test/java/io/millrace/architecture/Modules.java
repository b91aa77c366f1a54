package io.millrace.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The modules with code, read from the root's pom.xml, so that a new one is under the rules at
 * once.
 */
final class Modules {
  /** Where a module stands; who is below may not know who is above. */
  enum Layer {
    CONTRACTS,
    LIBS,
    SERVICES,
    LOCAL,
    TESTKIT
  }

  /**
   * One module.
   *
   * @param folder as the root's pom.xml names it
   */
  record Module(String folder, Layer layer) {
    /** {@code libs/messaging} holds {@code io.millrace.messaging..}. */
    String packages() {
      return "io.millrace." + folder.substring(folder.lastIndexOf('/') + 1) + "..";
    }
  }

  private static final Pattern ELEMENT = Pattern.compile("<module>([^<]+)</module>");
  static final List<Module> ALL = read(Path.of("..", "..", "pom.xml"));

  private Modules() {}

  static String[] packagesOf(Layer layer) {
    return ALL.stream()
        .filter(module -> module.layer() == layer)
        .map(Module::packages)
        .toArray(String[]::new);
  }

  private static List<Module> read(Path pom) {
    try {
      return ELEMENT
          .matcher(Files.readString(pom))
          .results()
          .map(found -> found.group(1))
          .flatMap(Modules::module)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing for a module without classes of its own. */
  private static Stream<Module> module(String folder) {
    return switch (folder) {
      case "contracts" -> Stream.of(new Module(folder, Layer.CONTRACTS));
      case "local" -> Stream.of(new Module(folder, Layer.LOCAL));
      case "tests/testkit", "tests/fuzz", "tests/fixtures" ->
          Stream.of(new Module(folder, Layer.TESTKIT));
      case "local/runtime",
          "local/s3",
          "tests/containers",
          "tests/deploy",
          "tests/messaging",
          "tests/system",
          "tests/architecture",
          "benchmarks" ->
          Stream.empty();
      default -> Stream.of(new Module(folder, layerByParent(folder)));
    };
  }

  private static Layer layerByParent(String folder) {
    if (folder.startsWith("libs/")) {
      return Layer.LIBS;
    }
    if (folder.startsWith("services/")) {
      return Layer.SERVICES;
    }
    throw new IllegalStateException("no rule says where the module " + folder + " stands");
  }
}
