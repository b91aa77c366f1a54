package io.millrace.local.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.millrace.local.machine.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Job that runs the tool once: ingest's pod with another image, so that settings, secrets,
 * certificates, pull secrets and where it may run are those of the release.
 */
final class ToolJob {
  static final String CONTAINER = "tool";

  /** The one folder that an image of ours writes to. */
  private static final String DATA = "/var/lib/millrace";

  private static final String DATA_VOLUME = "tool-data";

  /** For the case that nobody is left to delete it. */
  private static final int SECONDS_AFTER_IT_ENDED = 600;

  /** An annotation of ingest's Deployment: the secret with the tool's certificate. */
  private static final String KAFKA_USER = "millrace.io/tool-kafka-user";

  private static final String KAFKA_USER_VOLUME = "kafka-user";

  private static final Set<String> OF_INGEST_ALONE = Set.of("MILLRACE_INSTANCE");

  private ToolJob() {}

  /**
   * The Job, still without a name.
   *
   * @param arguments of the tool
   * @param takesFiles whether something is sent to it on its standard input
   */
  static Job of(
      Release release,
      String image,
      List<String> arguments,
      ToolMemory memory,
      boolean takesFiles) {
    Map<String, String> labels = labels(release);
    return new JobBuilder()
        .withNewMetadata()
        .withGenerateName("millrace-tool-")
        .withNamespace(release.namespace())
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withTtlSecondsAfterFinished(SECONDS_AFTER_IT_ENDED)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withSpec(pod(release, container(release, image, arguments, memory, takesFiles)))
        .endTemplate()
        .endSpec()
        .build();
  }

  static Container ingestContainer(Release release) {
    List<Container> containers = template(release).getContainers();
    return containers.stream()
        .filter(container -> Service.INGEST.serviceName().equals(container.getName()))
        .findFirst()
        .orElseGet(containers::getFirst);
  }

  private static PodSpec pod(Release release, Container tool) {
    PodSpec ofIngest = template(release);
    Set<String> data = dataVolumes(release);
    List<Volume> volumes =
        Stream.concat(
                ofIngest.getVolumes().stream()
                    .filter(volume -> !data.contains(volume.getName()))
                    .map(volume -> asTool(volume, release)),
                Stream.of(emptyData()))
            .toList();
    return new PodSpecBuilder(ofIngest)
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(5L)
        .withTopologySpreadConstraints(List.of())
        .withAffinity(null)
        .withVolumes(volumes)
        .withContainers(tool)
        .editOrNewSecurityContext()
        .withRunAsNonRoot(true)
        .editOrNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .build();
  }

  /** Where the broker knows the tool by a certificate of its own, it is not ingest. */
  private static Volume asTool(Volume volume, Release release) {
    Optional<String> user =
        Optional.ofNullable(release.ingest().getMetadata().getAnnotations())
            .map(annotations -> annotations.get(KAFKA_USER));
    return user.isPresent()
            && volume.getName().equals(KAFKA_USER_VOLUME)
            && volume.getSecret() != null
        ? new VolumeBuilder(volume).editSecret().withSecretName(user.get()).endSecret().build()
        : volume;
  }

  private static Container container(
      Release release,
      String image,
      List<String> arguments,
      ToolMemory memory,
      boolean takesFiles) {
    Container ofIngest = ingestContainer(release);
    List<VolumeMount> mounts =
        Stream.concat(
                ofIngest.getVolumeMounts().stream()
                    .filter(mount -> !DATA.equals(mount.getMountPath())),
                Stream.of(dataMount()))
            .toList();
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(image)
        .withImagePullPolicy(ofIngest.getImagePullPolicy())
        .withArgs(arguments)
        .withWorkingDir(DATA)
        .withEnv(
            ofIngest.getEnv().stream()
                .filter(variable -> !OF_INGEST_ALONE.contains(variable.getName()))
                .toList())
        .withEnvFrom(ofIngest.getEnvFrom())
        .withVolumeMounts(mounts)
        .withStdin(takesFiles)
        .withStdinOnce(takesFiles)
        .withNewResources()
        .withRequests(
            Map.of("cpu", new Quantity("100m"), "memory", new Quantity(memory.quantity())))
        .withLimits(Map.of("memory", new Quantity(memory.quantity())))
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .build();
  }

  private static PodSpec template(Release release) {
    return release.ingest().getSpec().getTemplate().getSpec();
  }

  private static Set<String> dataVolumes(Release release) {
    return ingestContainer(release).getVolumeMounts().stream()
        .filter(mount -> DATA.equals(mount.getMountPath()))
        .map(VolumeMount::getName)
        .collect(Collectors.toSet());
  }

  private static Volume emptyData() {
    return new VolumeBuilder().withName(DATA_VOLUME).withNewEmptyDir().endEmptyDir().build();
  }

  private static VolumeMount dataMount() {
    return new VolumeMountBuilder().withName(DATA_VOLUME).withMountPath(DATA).build();
  }

  private static Map<String, String> labels(Release release) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(Release.NAME, "cli");
    labels.put(Release.COMPONENT, "tool");
    labels.put(Release.PART_OF, Release.MILLRACE);
    release.instance().ifPresent(instance -> labels.put(Release.INSTANCE, instance));
    return labels;
  }
}
