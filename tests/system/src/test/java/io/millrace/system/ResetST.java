package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.reconcile.Reconciliation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong events were sent, and there is a way back: to begin again, or to be rid of it all. */
@Killed
final class ResetST {
  private static final String NAME = "mended";
  private static final String NEIGHBOUR = NAME + "_2";
  private static final int CARTS = 200;
  private static final Instant START = Instant.parse("2024-03-01T00:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(72);

  private static final String FILE =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: %s}
      spec:
        streams:
          carts:
            role: example
            id: cart
            time: at
            fields:
              cart:   {type: STRING}
              at:     {type: TIMESTAMP}
              city:   {type: STRING}
              amount: {type: FLOAT}
          orders:
            role: label
            id: cart
            time: at
            fields:
              cart: {type: STRING}
              at:   {type: TIMESTAMP}
              paid: {type: BOOL}
        label: {name: bought, kind: BINARY, value: "paid", within: 1d}
        features:
          windowed:
            city_rate_1d: {entity: city, over: labels, mean: bought, window: 1d, pane: 1h}
      """;

  private final RunningMillrace millrace;

  @TempDir private Path folder;

  ResetST(RunningMillrace millrace) {
    this.millrace = millrace;
  }

  /** A column is misspelt, and the last carts are of two years later; ids and clock are spent. */
  @Test
  void shouldTakeTheSameIdsAgainOnceTheyAreForgottenWhoeverIsKilledMeanwhile() throws Exception {
    Pipeline pipeline = RunningMillrace.pipeline(FILE.formatted(NAME));
    millrace.run("apply", file(NEIGHBOUR).toString());
    write("amuont", Duration.ofDays(700));
    millrace.run("replay", folder.toString());
    write("amount", Duration.ZERO);
    int unused = millrace.exitCode("replay", folder.toString());
    assertThat(counts().at("/quarantined/CONFLICTING_DUPLICATE").asInt()).isEqualTo(CARTS);

    CompletableFuture<Integer> reset =
        CompletableFuture.supplyAsync(
            () -> millrace.exitCode("reset", NAME, "--yes"),
            task -> Thread.ofPlatform().daemon().name("reset").start(task));
    RunningMillrace.await("it has begun", () -> removal().path("purge").asText().equals("RESET"));
    millrace.system.kill9("ingest");
    millrace.system.kill9("transformer");
    millrace.system.launchAgain("ingest");
    millrace.system.launchAgain("transformer");

    assertThat(reset.join()).isZero();
    millrace.run("replay", folder.toString());
    millrace.awaitParts(NAME);
    assertThat(counts().path("examples").asInt()).isEqualTo(CARTS);
    assertThat(counts().path("quarantined")).isEmpty();
    Reconciliation numbers = millrace.reconcile(pipeline);
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    List<String> vectors = new ArrayList<>();
    millrace.forEachVector(
        pipeline, vector -> vectors.add(vector.get("_incomplete") + " " + vector.get("amount")));
    assertThat(vectors).hasSize(CARTS).allMatch(vector -> vector.equals("false 9.5"));

    millrace.run("delete", NAME, "--yes");

    assertThat(leftOf(NAME)).isEmpty();
    assertThat(topics()).contains("millrace." + NEIGHBOUR + ".carts");
    millrace.run("delete", NAME, "--yes");
    assertThat(millrace.exitCode("delete", "nobodys", "--yes")).isEqualTo(1);
    millrace.delete(NEIGHBOUR);
  }

  private JsonNode counts() throws Exception {
    return millrace.counts("validator", NAME);
  }

  private JsonNode removal() throws Exception {
    return millrace.get(
        millrace.system.url("ingest").resolve("/v1/pipelines/" + NAME + "/removal"));
  }

  private Path file(String name) throws IOException {
    Path other = Files.createDirectories(folder.resolve(name));
    return Files.writeString(other.resolve("pipeline.yaml"), FILE.formatted(name));
  }

  /**
   * @param later how far the last three carts are from where they belong
   */
  private void write(String amount, Duration later) throws IOException {
    Files.writeString(folder.resolve("pipeline.yaml"), FILE.formatted(NAME));
    StringBuilder carts = new StringBuilder("cart,at,city," + amount + "\n");
    StringBuilder orders = new StringBuilder("cart,at,paid\n");
    for (int cart = 0; cart < CARTS; cart++) {
      Instant at = START.plus(STEP.multipliedBy(cart));
      Instant said = cart < CARTS - 3 ? at : at.plus(later);
      String city = List.of("Rome", "Oslo", "Lima").get(cart % 3);
      carts.append("c%d,%s,%s,9.5\n".formatted(cart, said, city));
      orders.append("c%d,%s,%s\n".formatted(cart, at.plusSeconds(1800), cart % 2 == 0));
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("carts.csv"), carts);
    Files.writeString(data.resolve("orders.csv"), orders);
  }

  private Set<String> topics() throws Exception {
    try (Admin admin = millrace.system.kafka().admin()) {
      return admin.listTopics().names().get();
    }
  }

  /** Topics, groups and folders of state. */
  private Set<String> leftOf(String name) throws Exception {
    String own = "millrace(\\.|-[a-z]+-)%s([.-].*)?".formatted(name);
    Set<String> left = new TreeSet<>(topics());
    try (Admin admin = millrace.system.kafka().admin();
        Stream<Path> data = Files.walk(millrace.system.home().data("state"))) {
      admin.listGroups().all().get().forEach(group -> left.add(group.groupId()));
      data.forEach(path -> left.add(path.getFileName().toString()));
    }
    left.removeIf(each -> !each.matches(own) && !each.equals(name)); // such as compaction's
    return left;
  }
}
