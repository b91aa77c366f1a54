package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Volumes made by hand for the claims of releases, as folders of one node: what is in them outlives
 * pods and namespaces.
 */
final class NodeVolumes implements AutoCloseable {
  /** On top of {@link LocalRelease}: claims that take no volumes but these. */
  static final String CLAIMS =
      """
      components: [../../../../deploy/k8s/components/claims]
      patches:
        - target: {kind: StatefulSet}
          patch: |
            - {op: add, path: /spec/volumeClaimTemplates/0/spec/storageClassName, value: ""}
        - target: {kind: StatefulSet, name: s3}
          patch: |
            - {op: add, path: /spec/volumeClaimTemplates/1/spec/storageClassName, value: ""}
      """;

  /** Those of a release with {@link #CLAIMS}, each service once. */
  static final List<String> OF_A_RELEASE =
      List.of(
          "data-broker-0",
          "data-registry-0",
          "data-redis-0",
          "data-s3-0",
          "bucket-s3-0",
          "data-monitor-0",
          "data-transformer-0",
          "data-validator-0");

  private static final String NAMESPACE = "millrace-ct-node";
  private static final String FOLDER = "/var/lib/millrace-ct";
  private static final String HOST = "kubernetes.io/hostname";
  private static final String LABEL = "millrace-ct";

  private final Kubectl kubectl = new Kubectl(NAMESPACE);
  private final TestPods pods;
  private final String node;

  /** Begins with none. */
  NodeVolumes() throws Exception {
    deleteAll();
    // Not a strict one: its pods are root and mount a folder of the node
    kubectl.run("create", "namespace", NAMESPACE);
    this.node =
        kubectl.get("node").at("/items/0/metadata/labels/" + HOST.replace("/", "~1")).asText();
    this.pods = new TestPods(kubectl, List.of(NodeFolders.class));
    onNode("delete-all", "delete", FOLDER + "/volumes");
  }

  /** Makes those of the claims of a release in a namespace, by name, such as data-broker-0. */
  void make(String namespace, List<String> claims) throws Exception {
    List<String> command = new ArrayList<>(List.of("make"));
    claims.forEach(claim -> command.add(folder(namespace, claim)));
    onNode("make-" + namespace, command.toArray(String[]::new));
    for (String claim : claims) {
      ObjectNode volume = Kubectl.JSON.createObjectNode();
      volume.put("apiVersion", "v1").put("kind", "PersistentVolume");
      ObjectNode metadata = volume.putObject("metadata");
      metadata.put("name", namespace + "-" + claim).putObject("labels").put(LABEL, "yes");
      ObjectNode spec = volume.putObject("spec");
      spec.put("persistentVolumeReclaimPolicy", "Retain").put("storageClassName", "");
      spec.putObject("capacity").put("storage", "4Gi");
      spec.putArray("accessModes").add("ReadWriteOnce");
      spec.putObject("claimRef").put("namespace", namespace).put("name", claim);
      spec.putObject("hostPath").put("path", folder(namespace, claim)).put("type", "Directory");
      spec.putObject("nodeAffinity")
          .putObject("required")
          .putArray("nodeSelectorTerms")
          .addObject()
          .putArray("matchExpressions")
          .addObject()
          .put("key", HOST)
          .put("operator", "In")
          .putArray("values")
          .add(node);
      kubectl.apply(volume);
    }
  }

  /** Copies what the volume of a claim holds into that of the same claim in another namespace. */
  void copy(String from, String to, String claim) throws Exception {
    onNode("copy-" + claim, "copy", folder(from, claim), folder(to, claim));
  }

  /** Takes away what the volume of a claim holds, which no pod may use. */
  void empty(String namespace, String claim) throws Exception {
    onNode("empty-" + claim, "delete", folder(namespace, claim));
    onNode("make-" + claim, "make", folder(namespace, claim));
  }

  private static String folder(String namespace, String claim) {
    return "%s/volumes/%s/%s".formatted(FOLDER, namespace, claim);
  }

  private void onNode(String name, String... arguments) throws Exception {
    pods.start(
        name,
        Map.of(),
        NodeFolders.class,
        List.of(arguments),
        spec -> {
          spec.putObject("nodeSelector").put(HOST, node);
          spec.putObject("securityContext").put("runAsUser", 0);
          ObjectNode container = (ObjectNode) spec.at("/containers/0");
          container.remove("securityContext");
          container
              .withArray("volumeMounts")
              .addObject()
              .put("name", "node")
              .put("mountPath", FOLDER);
          spec.withArray("volumes")
              .addObject()
              .put("name", "node")
              .putObject("hostPath")
              .put("path", FOLDER)
              .put("type", "DirectoryOrCreate");
        });
    assertThat(pods.end(name)).contains("done");
  }

  /** A volume goes when nobody claims it. */
  private void deleteAll() throws Exception {
    for (JsonNode volume : kubectl.get("persistentvolume", "-l", LABEL + "=yes").path("items")) {
      LocalRelease.deleteNamespace(volume.at("/spec/claimRef/namespace").asText());
    }
    kubectl.run("delete", "persistentvolume", "-l", LABEL + "=yes", "--ignore-not-found");
    LocalRelease.deleteNamespace(NAMESPACE);
  }

  @Override
  public void close() throws Exception {
    onNode("delete-all", "delete", FOLDER + "/volumes");
    deleteAll();
  }
}
