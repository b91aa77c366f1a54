package io.millrace.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.local.terminal.CommandFailedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReleaseTest {
  @Test
  void shouldAskEachPodReadyOnesFirst() {
    Release release =
        new Release(
            ingest("a-ingest", "x/ingest:1"),
            List.of(
                pod("serving", "s-1", "10.0.0.1", "Running", "False"),
                pod("serving", "s-2", "10.0.0.2", "Running", "True"),
                pod("serving", "s-3", "fd00::3", "Running", "True"),
                pod("serving", "s-4", "10.0.0.4", "Failed", "False"),
                Serialization.unmarshal(
                    """
                    metadata: {name: s-5, labels: {app.kubernetes.io/name: serving}}
                    status: {phase: Pending}
                    """,
                    Pod.class)),
            List.of(service("a-monitor", "monitor", 80), service("a-serving", "serving", 80)));

    assertThat(release.addresses())
        .isEqualTo(
            "serving=http://10.0.0.2:1234,serving=http://[fd00::3]:1234,"
                + "serving=http://10.0.0.1:1234,monitor=http://a-monitor:80");
  }

  @Test
  void shouldTakeTheToolsImageFromWhereIngestsIs() {
    assertThat(toolImage("millrace/ingest:0.1.0-SNAPSHOT"))
        .isEqualTo("millrace/cli:0.1.0-SNAPSHOT");
    assertThat(toolImage("registry.example.org:5000/a/b/ingest:1.0"))
        .isEqualTo("registry.example.org:5000/a/b/cli:1.0");
    assertThat(toolImage("registry.example.org:5000/ingest"))
        .isEqualTo("registry.example.org:5000/cli");
    assertThat(toolImage("millrace/ingest:1@sha256:abc")).isEqualTo("millrace/cli:1");
  }

  @Test
  void shouldAskForTheToolsImageWhereIngestsDoesNotTell() {
    for (String image : List.of("millrace/ingest@sha256:abc", "example.org/our-ingest:1")) {
      assertThatThrownBy(() -> toolImage(image))
          .isInstanceOf(CommandFailedException.class)
          .hasMessage(
              "the image of ingest, %s, does not say what the tool's is called; --tool-image does"
                  .formatted(image));
    }
  }

  @Test
  void shouldAskWhichOneWhereThereAreSeveral() {
    Deployment one = ingest("ingest", "i");
    Deployment other = ingest("b-ingest", "i");
    other.getMetadata().getLabels().put("app.kubernetes.io/instance", "b");

    assertThat(Release.theOneOf(List.of(one), "n", Optional.empty())).isSameAs(one);
    assertThatThrownBy(() -> Release.theOneOf(List.of(one, other), "n", Optional.empty()))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "several in namespace n: b-ingest (instance b), ingest; --instance NAME says which, by"
                + " the label app.kubernetes.io/instance");
    assertThatThrownBy(() -> Release.theOneOf(List.of(), "n", Optional.of("c")))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "no Millrace of instance c in namespace n: there is no Deployment of ingest with the"
                + " label app.kubernetes.io/part-of=millrace");
  }

  private static String toolImage(String ofIngest) {
    return new Release(ingest("ingest", ofIngest), List.of(), List.of()).toolImage();
  }

  private static Deployment ingest(String name, String image) {
    return Serialization.unmarshal(
        """
        metadata: {name: %s, namespace: n, labels: {app.kubernetes.io/part-of: millrace}}
        spec:
          template:
            metadata: {labels: {app.kubernetes.io/name: ingest}}
            spec: {containers: [{name: proxy, image: p}, {name: ingest, image: "%s"}]}
        """
            .formatted(name, image),
        Deployment.class);
  }

  private static Pod pod(String name, String pod, String address, String phase, String ready) {
    return Serialization.unmarshal(
        """
        metadata: {name: %s, labels: {app.kubernetes.io/name: %s}}
        spec: {containers: [{ports: [{name: grpc, containerPort: 1}, {name: http, containerPort: 1234}]}]}
        status: {phase: %s, podIP: "%s", conditions: [{type: Ready, status: "%s"}]}
        """
            .formatted(pod, name, phase, address, ready),
        Pod.class);
  }

  private static Service service(String name, String selected, int port) {
    return Serialization.unmarshal(
        """
        metadata: {name: %s}
        spec: {selector: {app.kubernetes.io/name: %s}, ports: [{name: http, port: %d}]}
        """
            .formatted(name, selected, port),
        Service.class);
  }
}
