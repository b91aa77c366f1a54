package io.millrace.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.millrace.local.machine.Installation;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Job beside the Deployment of ingest as the base has it. */
class ToolJobTest {
  @SuppressWarnings("NullAway.Init")
  private Deployment ingest;

  @BeforeEach
  void readTheBase() throws Exception {
    try (InputStream file =
            Files.newInputStream(
                Installation.find().root().resolve("deploy/k8s/base/ingest.yaml"));
        var client = new KubernetesClientBuilder().build()) {
      ingest =
          client.load(file).items().stream()
              .filter(Deployment.class::isInstance)
              .map((HasMetadata found) -> (Deployment) found)
              .findFirst()
              .orElseThrow();
    }
    ingest.getMetadata().setNamespace("n");
    ingest.getMetadata().setLabels(Map.of("app.kubernetes.io/instance", "a"));
  }

  @Test
  void shouldHaveSettingsAndSecretsOfTheRelease() {
    Container tool = tool(job(false));

    assertThat(tool.getEnvFrom())
        .extracting((EnvFromSource from) -> from.getConfigMapRef().getName())
        .containsExactly("settings");
    assertThat(tool.getEnv()).extracting(EnvVar::getName).doesNotContain("MILLRACE_INSTANCE");
    assertThat(tool.getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .containsExactly("/etc/millrace/secrets", "/var/lib/millrace");
    assertThat(pod(job(false)).getVolumes())
        .extracting(Volume::getName)
        .containsExactly("secrets", "tool-data");
    assertThat(pod(job(false)).getServiceAccountName()).isEqualTo("ingest");
  }

  /** The broker tells the two apart by their certificates. */
  @Test
  void shouldHaveAKafkaUserOfItsOwnWhereOneIsNamed() {
    PodSpec pod = ingest.getSpec().getTemplate().getSpec();
    pod.getVolumes()
        .add(
            new VolumeBuilder()
                .withName("kafka-user")
                .withNewSecret()
                .withSecretName("a-ingest")
                .endSecret()
                .build());
    assertThat(secrets(job(false))).containsExactly("secrets", "a-ingest");

    ingest.getMetadata().setAnnotations(Map.of("millrace.io/tool-kafka-user", "a-cli"));

    assertThat(secrets(job(false))).containsExactly("secrets", "a-cli");
    assertThat(pod.getVolumes().getLast().getSecret().getSecretName()).isEqualTo("a-ingest");
  }

  private static List<String> secrets(Job job) {
    return pod(job).getVolumes().stream()
        .filter(volume -> volume.getSecret() != null)
        .map(volume -> volume.getSecret().getSecretName())
        .toList();
  }

  @Test
  void shouldRunOnceAsThePodSecurityStandardRestrictedWantsIt() {
    Job job = job(false);
    PodSpec pod = pod(job);
    Container tool = tool(job);

    assertThat(job.getSpec().getBackoffLimit()).isZero();
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isEqualTo(600);
    assertThat(pod.getRestartPolicy()).isEqualTo("Never");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65532);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(tool.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(tool.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(tool.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(tool.getResources().getLimits()).containsEntry("memory", new Quantity("1536Mi"));
    assertThat(tool.getReadinessProbe()).isNull();
    assertThat(tool.getPorts()).isEmpty();
  }

  @Test
  void shouldBeNoIngestToAServiceAndAToolToPolicies() {
    Map<String, String> labels = job(false).getSpec().getTemplate().getMetadata().getLabels();

    assertThat(labels)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "app.kubernetes.io/name", "cli",
                "app.kubernetes.io/component", "tool",
                "app.kubernetes.io/part-of", "millrace",
                "app.kubernetes.io/instance", "a"));
    assertThat(job(false).getMetadata().getLabels()).isEqualTo(labels);
    assertThat(job(false).getMetadata().getNamespace()).isEqualTo("n");
  }

  @Test
  void shouldWaitForFilesOnlyWhereSomeAreSent() {
    assertThat(tool(job(true)).getStdin()).isTrue();
    assertThat(tool(job(true)).getStdinOnce()).isTrue();
    assertThat(tool(job(false)).getStdin()).isFalse();
    assertThat(tool(job(true)).getArgs()).containsExactly("status", "--json");
    assertThat(tool(job(true)).getImage()).isEqualTo("x/cli:1");
  }

  private Job job(boolean takesFiles) {
    return ToolJob.of(
        new Release(ingest, List.of(), List.of()),
        "x/cli:1",
        List.of("status", "--json"),
        ToolMemory.WITH_EVENTS,
        takesFiles);
  }

  private static PodSpec pod(Job job) {
    return job.getSpec().getTemplate().getSpec();
  }

  private static Container tool(Job job) {
    assertThat(pod(job).getContainers()).hasSize(1);
    return pod(job).getContainers().getFirst();
  }
}
