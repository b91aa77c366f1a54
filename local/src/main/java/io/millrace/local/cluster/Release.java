package io.millrace.local.cluster;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.millrace.local.machine.Service;
import io.millrace.local.terminal.CommandFailedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The services that were deployed together, found by their labels, whatever they are called.
 *
 * @param ingest reads and writes topics as the tool does, and so says how
 */
record Release(
    Deployment ingest, List<Pod> pods, List<io.fabric8.kubernetes.api.model.Service> services) {
  static final String NAME = "app.kubernetes.io/name";
  static final String PART_OF = "app.kubernetes.io/part-of";
  static final String COMPONENT = "app.kubernetes.io/component";
  static final String INSTANCE = "app.kubernetes.io/instance";
  static final String MILLRACE = "millrace";

  private static final String PORT = "http";
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  Release {
    pods = List.copyOf(pods);
    services = List.copyOf(services);
  }

  /**
   * Finds it.
   *
   * @param instance which one, where there are several
   * @throws CommandFailedException when there is none, or another one too
   */
  static Release find(KubernetesClient client, String namespace, Optional<String> instance) {
    Map<String, String> labels = new HashMap<>(Map.of(PART_OF, MILLRACE));
    instance.ifPresent(name -> labels.put(INSTANCE, name));
    List<Deployment> found =
        client
            .apps()
            .deployments()
            .inNamespace(namespace)
            .withLabels(labels)
            .list()
            .getItems()
            .stream()
            .filter(deployment -> Service.INGEST.serviceName().equals(nameOf(deployment)))
            .toList();
    Deployment ingest = theOneOf(found, namespace, instance);
    instanceOf(ingest).ifPresent(name -> labels.put(INSTANCE, name));
    return new Release(
        ingest,
        client.pods().inNamespace(namespace).withLabels(labels).list().getItems(),
        client.services().inNamespace(namespace).withLabels(labels).list().getItems());
  }

  static Deployment theOneOf(List<Deployment> found, String namespace, Optional<String> instance) {
    String which = instance.map(name -> " of instance " + name).orElse("");
    if (found.isEmpty()) {
      throw new CommandFailedException(
          "no Millrace%s in namespace %s: there is no Deployment of ingest with the label %s=%s"
              .formatted(which, namespace, PART_OF, MILLRACE));
    }
    if (found.size() > 1) {
      throw new CommandFailedException(
          "several in namespace %s: %s; --instance NAME says which, by the label %s"
              .formatted(
                  namespace,
                  found.stream()
                      .map(
                          one ->
                              one.getMetadata().getName()
                                  + instanceOf(one).map(" (instance %s)"::formatted).orElse(""))
                      .sorted()
                      .collect(Collectors.joining(", ")),
                  INSTANCE));
    }
    return found.getFirst();
  }

  String namespace() {
    return ingest.getMetadata().getNamespace();
  }

  Optional<String> instance() {
    return instanceOf(ingest);
  }

  /**
   * Where each instance of each service answers, ready ones first, as {@code --against} takes it.
   * One without a pod stands there by its Service, so that it is seen to be away.
   */
  String addresses() {
    List<String> all = new ArrayList<>();
    for (Service service : Service.values()) {
      List<String> own = ofPods(service);
      (own.isEmpty() ? ofServices(service) : own)
          .forEach(address -> all.add(service.serviceName() + "=http://" + address));
    }
    return String.join(",", all);
  }

  private List<String> ofPods(Service service) {
    return pods.stream()
        .filter(pod -> service.serviceName().equals(nameOf(pod)))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
        .filter(pod -> !ENDED.contains(pod.getStatus().getPhase()))
        .sorted(
            Comparator.comparing((Pod pod) -> !Readiness.isPodReady(pod))
                .thenComparing(pod -> pod.getMetadata().getName()))
        .map(pod -> host(pod.getStatus().getPodIP()) + ":" + port(pod, service))
        .toList();
  }

  private static String host(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private static int port(Pod pod, Service service) {
    return pod.getSpec().getContainers().stream()
        .flatMap(container -> container.getPorts().stream())
        .filter(port -> PORT.equals(port.getName()))
        .map(ContainerPort::getContainerPort)
        .findFirst()
        .orElse(service.port());
  }

  private List<String> ofServices(Service service) {
    return services.stream()
        .filter(one -> one.getSpec().getSelector() != null)
        .filter(one -> service.serviceName().equals(one.getSpec().getSelector().get(NAME)))
        .map(
            one ->
                one.getMetadata().getName()
                    + ":"
                    + one.getSpec().getPorts().stream()
                        .filter(port -> PORT.equals(port.getName()))
                        .map(ServicePort::getPort)
                        .findFirst()
                        .orElse(service.port()))
        .limit(1)
        .toList();
  }

  /**
   * The tool's image: beside ingest's, with the same tag.
   *
   * @throws CommandFailedException when ingest's does not tell
   */
  String toolImage() {
    String image = Objects.requireNonNullElse(ToolJob.ingestContainer(this).getImage(), "");
    String tagged = image.replaceFirst("@.*", "");
    int slash = tagged.lastIndexOf('/');
    String[] nameAndTag = tagged.substring(slash + 1).split(":", 2);
    if (!nameAndTag[0].equals(Service.INGEST.serviceName())
        || (nameAndTag.length == 1 && image.contains("@"))) {
      throw new CommandFailedException(
          "the image of ingest, %s, does not say what the tool's is called; --tool-image does"
              .formatted(image));
    }
    return Stream.concat(
            Stream.of(tagged.substring(0, slash + 1) + "cli"), Stream.of(nameAndTag).skip(1))
        .collect(Collectors.joining(":"));
  }

  private static Optional<String> instanceOf(HasMetadata resource) {
    return label(resource, INSTANCE);
  }

  /** In the base a Deployment does not bear its service's name as a label, and its pods do. */
  private static String nameOf(Deployment deployment) {
    return deployment.getSpec().getTemplate().getMetadata().getLabels().getOrDefault(NAME, "");
  }

  private static String nameOf(Pod pod) {
    return label(pod, NAME).orElse("");
  }

  private static Optional<String> label(HasMetadata resource, String name) {
    return Optional.ofNullable(resource.getMetadata().getLabels()).map(all -> all.get(name));
  }
}
