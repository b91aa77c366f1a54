package io.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The environment of the services. */
final class Settings {
  private static final Pattern REFERENCE = Pattern.compile("\\$[{(]([A-Z0-9_]+)[})]");
  private static final Pattern CODE = Pattern.compile("`(-?[a-z.][a-z0-9.-]*)`");
  private static final Pattern URL = Pattern.compile("[a-z][a-z0-9]*://[^/]*(/.*)?");
  private static final Pattern SERVERS = Pattern.compile("[a-z0-9.-]+:\\d+");

  private Settings() {}

  /** What a service is told, by envFrom and by env, each reference resolved. */
  static Map<String, String> of(Manifests all, Manifest workload) {
    Map<String, String> told = new TreeMap<>();
    for (JsonNode container : workload.containers()) {
      for (JsonNode from : container.path("envFrom")) {
        all.named("ConfigMap", from.at("/configMapRef/name").asText())
            .ifPresent(map -> told.putAll(Manifest.strings(map.at("/data"))));
      }
      told.putAll(References.environment(container));
    }
    Map<String, String> resolved = new TreeMap<>();
    told.forEach((name, value) -> resolved.put(name, resolve(value, told)));
    return resolved;
  }

  static String resolve(String value, Map<String, String> told) {
    return REFERENCE
        .matcher(value)
        .replaceAll(
            found -> Matcher.quoteReplacement(told.getOrDefault(found.group(1), found.group())));
  }

  /** A variable that nothing reads. */
  static Stream<String> undocumented(Manifests all, Outside outside) {
    Set<String> documented = documented();
    return all.workloads()
        .filter(w -> "service".equals(w.podLabels().get("app.kubernetes.io/component")))
        .flatMap(
            workload -> {
              Map<String, String> told = raw(all, workload);
              Set<String> parts =
                  told.values().stream()
                      .flatMap(value -> REFERENCE.matcher(value).results())
                      .map(found -> found.group(1))
                      .collect(Collectors.toSet());
              return told.keySet().stream()
                  .filter(name -> !documented.contains(name) && !parts.contains(name))
                  .map(name -> "%s is told %s, which nobody reads".formatted(workload, name));
            });
  }

  private static Map<String, String> raw(Manifests all, Manifest workload) {
    Map<String, String> told = new TreeMap<>();
    for (JsonNode container : workload.containers()) {
      for (JsonNode from : container.path("envFrom")) {
        all.named("ConfigMap", from.at("/configMapRef/name").asText())
            .ifPresent(map -> told.putAll(Manifest.strings(map.at("/data"))));
      }
      container
          .path("env")
          .forEach(e -> told.put(e.path("name").asText(), e.path("value").asText("")));
    }
    return told;
  }

  /** As variables: of the reference, of each service's README, and Kafka's own. */
  static Set<String> documented() {
    Path root = Installation.find().root();
    Set<String> names = new HashSet<>(Set.of("JDK_JAVA_OPTIONS", "MILLRACE_PREFIX"));
    try (Stream<Path> services = Files.list(root.resolve("services"))) {
      List<Path> files = new ArrayList<>(List.of(root.resolve("docs/reference/settings.md")));
      services.map(service -> service.resolve("README.md")).forEach(files::add);
      for (Path file : files) {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("|")) {
            names.addAll(names(line));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Stream.of(
            ConsumerConfig.configNames(),
            ProducerConfig.configNames(),
            AdminClientConfig.configNames(),
            StreamsConfig.configDef().names())
        .flatMap(Set::stream)
        .forEach(name -> names.add(variable("kafka." + name)));
    return names;
  }

  /** {@code `a.b.c`, `.d`} names a.b.c and a.b.d: the end is replaced, as long as it is. */
  private static Set<String> names(String line) {
    Set<String> names = new HashSet<>();
    List<String> whole = List.of();
    for (Matcher code = CODE.matcher(line.split("\\|")[1]); code.find(); ) {
      String name = code.group(1);
      if (name.startsWith(".")) {
        List<String> end = List.of(name.substring(1).split("\\."));
        List<String> begin = whole.subList(0, Math.max(0, whole.size() - end.size()));
        names.add(variable(String.join(".", begin) + name));
      } else {
        whole = List.of(name.split("\\."));
        names.add(variable(name));
      }
    }
    return names;
  }

  private static String variable(String setting) {
    return setting.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** Addresses of settings, arguments and triggers are those of Services, with their ports. */
  static Stream<String> addresses(Manifests all, Outside outside) {
    Stream<String> settings =
        all.workloads()
            .flatMap(
                workload ->
                    of(all, workload).values().stream()
                        .flatMap(value -> wrong(all, outside, workload, value)));
    Stream<String> arguments =
        all.workloads()
            .flatMap(
                workload ->
                    workload.allContainers().stream()
                        .flatMap(
                            container ->
                                Manifest.list(container.path("args")).stream()
                                    .map(JsonNode::asText)
                                    .filter(argument -> argument.contains("://"))
                                    .map(argument -> argument.substring(argument.indexOf('=') + 1))
                                    .map(
                                        argument ->
                                            resolve(argument, References.environment(container)))
                                    .flatMap(a -> wrong(all, outside, workload, a))));
    Stream<String> triggers =
        all.of("ScaledObject")
            .flatMap(
                scaled ->
                    Manifest.list(scaled.at("/spec/triggers")).stream()
                        .map(trigger -> trigger.at("/metadata/url").asText())
                        .filter(url -> !url.isEmpty())
                        .flatMap(url -> wrong(all, outside, scaled, url)));
    return Stream.of(settings, arguments, triggers).flatMap(lines -> lines);
  }

  private static Stream<String> wrong(
      Manifests all, Outside outside, Manifest who, String address) {
    return address(address).stream()
        .filter(uri -> !isThere(all, outside, who, uri))
        .map(uri -> "%s is told %s, where nobody is".formatted(who, address));
  }

  /** What is an address with a host, whatever its scheme. */
  static Optional<URI> address(String value) {
    boolean isUrl = URL.matcher(value).matches() && !value.startsWith("s3:");
    return isUrl || SERVERS.matcher(value).matches()
        ? Optional.of(URI.create((isUrl ? value : "x://" + value).toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  private static boolean isThere(Manifests all, Outside outside, Manifest who, URI uri) {
    String host = Optional.ofNullable(uri.getHost()).orElse("");
    List<String> parts = List.of(host.split("\\."));
    boolean isInCluster = parts.size() == 1 || parts.size() > 2 && parts.get(2).equals("svc");
    if (!isInCluster || outside.hosts().contains(host)) {
      return true;
    }
    return (parts.size() == 1 || parts.get(1).equals(who.namespace()))
        && all.named("Service", parts.get(0)).stream()
            .flatMap(service -> Manifest.list(service.at("/spec/ports")).stream())
            .anyMatch(port -> port.path("port").asInt() == uri.getPort());
  }
}
