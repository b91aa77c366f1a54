package io.millrace.cluster;

import static io.millrace.cluster.LocalRelease.ROLLED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.containers.FlightRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guide says of backups: the volumes of broker, registry and bucket are all there is. */
@Tag("cluster")
@Tag("full")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class BackupCT {
  private static final List<String> SAVED =
      List.of("data-broker-0", "data-registry-0", "bucket-s3-0");

  @Test
  void shouldGiveTheSameModelsAndAnswersInAnotherCluster() throws Exception {
    String old = "millrace-ct-backup";
    String restored = "millrace-ct-restored";
    JsonNode models;
    JsonNode answer;
    try (NodeVolumes volumes = new NodeVolumes()) {
      try (LocalRelease release = new LocalRelease(old)) {
        volumes.make(old, NodeVolumes.OF_A_RELEASE);
        release.apply(NodeVolumes.CLAIMS);
        release.tool().run("replay", "examples/flights", "--to", "2001-01-05");
        release.tool().run("run", "flights");
        release.tool().requireExact("flights");
        models = models(release);
        answer = answer(release);
        for (String kind : List.of("deployment", "statefulset")) {
          release.kubectl().run("scale", kind, "--all", "--replicas=0");
        }
        Kubectl.await(
            "all have stopped", ROLLED, () -> release.kubectl().get("pod").path("items").isEmpty());
      }
      try (LocalRelease release = new LocalRelease(restored)) {
        volumes.make(restored, NodeVolumes.OF_A_RELEASE);
        for (String claim : SAVED) {
          volumes.copy(old, restored, claim);
        }
        release.apply(NodeVolumes.CLAIMS);

        assertThat(models(release)).isEqualTo(models);
        assertThat(answer(release)).isEqualTo(answer);
        release.tool().requireExact("flights");
        release
            .tool()
            .run("replay", "examples/flights", "--from", "2001-01-05", "--to", "2001-01-06");
        release.tool().run("run", "flights");
        release.tool().requireExact("flights");
      }
    }
  }

  private static JsonNode models(LocalRelease release) throws Exception {
    return Kubectl.JSON.readTree(release.kubectl().ask("evaluator", "/v1/models/flights"));
  }

  private static JsonNode answer(LocalRelease release) throws Exception {
    JsonNode answer =
        release.kubectl().post("serving", "/v2/models/flights/infer", FlightRequest.V2);
    ((ObjectNode) answer).remove("id");
    return answer;
  }
}
