package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Pods that run a class of these tests on the runtime of the tool's image. */
final class TestPods {
  private static final String JAR = "test-classes";
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private static final String IMAGE = "millrace/cli:" + System.getProperty("millrace.version");

  private final Kubectl kubectl;

  /** Brings the classes into the namespace. */
  TestPods(Kubectl kubectl, List<Class<?>> classes) throws Exception {
    this.kubectl = kubectl;
    ObjectNode map = Kubectl.JSON.createObjectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap").putObject("metadata").put("name", JAR);
    map.putObject("binaryData").put("tests.jar", Base64.getEncoder().encodeToString(jar(classes)));
    kubectl.apply(map);
  }

  /** With the classes that are nested in them. */
  private static byte[] jar(List<Class<?>> classes) throws IOException, URISyntaxException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      for (Class<?> type : classes) {
        String name = type.getSimpleName();
        URL own = Objects.requireNonNull(type.getResource(name + ".class"));
        Path folder = Objects.requireNonNull(Path.of(own.toURI()).getParent());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name + "{,$*}.class")) {
          for (Path file : files) {
            String entry = type.getPackageName().replace('.', '/') + "/" + file.getFileName();
            jar.putNextEntry(new JarEntry(entry));
            Files.copy(file, jar);
          }
        }
      }
    }
    return bytes.toByteArray();
  }

  /** Starts one; with the labels of a service's pods it is ruled as they are, but never ready. */
  void start(String name, Map<String, String> labels, Class<?> main, List<String> arguments)
      throws Exception {
    start(name, labels, main, arguments, spec -> {});
  }

  /**
   * Starts one that differs.
   *
   * @param change what is done to the pod's {@code spec}
   */
  void start(
      String name,
      Map<String, String> labels,
      Class<?> main,
      List<String> arguments,
      Consumer<ObjectNode> change)
      throws Exception {
    ObjectNode pod = Kubectl.JSON.createObjectNode();
    ObjectNode metadata = pod.put("apiVersion", "v1").put("kind", "Pod").putObject("metadata");
    ObjectNode labelled = metadata.put("name", name).putObject("labels");
    labels.forEach(labelled::put);
    ObjectNode spec = pod.putObject("spec").put("restartPolicy", "Never");
    spec.put("automountServiceAccountToken", false).put("enableServiceLinks", false);
    spec.putObject("securityContext")
        .put("runAsNonRoot", true)
        .put("runAsUser", 65532)
        .putObject("seccompProfile")
        .put("type", "RuntimeDefault");
    ObjectNode container = spec.putArray("containers").addObject();
    container.put("name", "test").put("image", IMAGE).put("imagePullPolicy", "IfNotPresent");
    ArrayNode command = container.putArray("command");
    List.of("java", "-Xmx128m", "-cp", "/tests/tests.jar:/app/lib/*", main.getName())
        .forEach(command::add);
    arguments.forEach(container.putArray("args")::add);
    ObjectNode security = container.putObject("securityContext");
    security.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
    security.putObject("capabilities").putArray("drop").add("ALL");
    ObjectNode resources = container.putObject("resources");
    resources.putObject("requests").put("cpu", "10m").put("memory", "256Mi");
    resources.putObject("limits").put("memory", "256Mi");
    container.putObject("readinessProbe").putObject("exec").putArray("command").add("false");
    container.putArray("volumeMounts").addObject().put("name", "tests").put("mountPath", "/tests");
    spec.putArray("volumes")
        .addObject()
        .put("name", "tests")
        .putObject("configMap")
        .put("name", JAR);
    change.accept(spec);
    kubectl.apply(pod);
  }

  boolean isRunning(String name) throws Exception {
    return kubectl.get("pod", name).at("/status/phase").asText().equals("Running");
  }

  /** What it has printed so far. */
  String log(String name) throws Exception {
    return kubectl.tryTo("", "logs", name).output();
  }

  /** Waits for its end, which has to be a good one, gives what it printed, and removes it. */
  String end(String name) throws Exception {
    Kubectl.await(
        name + " ends",
        PATIENCE,
        () -> {
          JsonNode phase = kubectl.get("pod", name).at("/status/phase");
          return List.of("Succeeded", "Failed").contains(phase.asText());
        });
    String log = kubectl.run("logs", name);
    assertThat(kubectl.get("pod", name).at("/status/phase").asText())
        .as(log)
        .isEqualTo("Succeeded");
    kubectl.run("delete", "pod", name, "--wait=false");
    return log;
  }
}
