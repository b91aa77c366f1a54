package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Outcome;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.KeptValues;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.VersionHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file changes what its label means, and then how long its window is, while a model is live:
 * the new windows are filled from what came before, and the model goes on with what it learned, and
 * is judged by it, until one for the new file takes its place.
 */
@Killed
final class MeaningST {
  private static final String NAME = "meant";
  private static final int CARTS = 1_200;
  private static final int OTHER_LABEL = 600;
  private static final int OTHER_WINDOW = 900;
  private static final Instant START = Instant.parse("2024-03-01T00:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(24);
  private static final Duration UNTIL_PAID = Duration.ofMinutes(30);
  private static final Duration HOUR = Duration.ofHours(1);

  private static final String FILE =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: meant}
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
              paid: {type: FLOAT}
        label: {name: bought, kind: BINARY, value: "paid > %d.0", within: 1d}
        features:
          windowed:
            city_rate: {entity: city, over: labels, mean: bought, window: %dd, pane: 1h}
        transform:
          - {op: identity, inputs: [amount, city_rate]}
        train: {learner: gradient_boosting, rounds: 10, maxDepth: 2}
        evaluate:
          split: {by: hash, eval: 0.3}
          thresholds:
            - {metric: auc, lowerBound: 0.1}
          least: {rows: 20, ofEachClass: 5}
        monitor:
          window: 24h
          retrain: {on: [], firstAfter: 100000000}
      """;

  private record Cart(String id, Instant at, String city, double amount, double paid) {
    Instant paidAt() {
      return at.plus(UNTIL_PAID);
    }
  }

  /**
   * What the file means by its label and its window.
   *
   * @param above what is paid for a cart that counts as bought
   * @param days the length of the window
   */
  private record Meaning(int above, int days) {
    String file() {
      return FILE.formatted(above, days);
    }
  }

  private static final List<Meaning> MEANINGS =
      List.of(new Meaning(5, 1), new Meaning(10, 1), new Meaning(10, 2));

  /** What is told of a vector. */
  private record Made(
      int version, @Nullable Object rate, Object incomplete, @Nullable KeptValues kept) {}

  private final RunningMillrace millrace;
  private final List<Cart> carts = new ArrayList<>();

  @TempDir private Path folder;

  MeaningST(RunningMillrace millrace) {
    this.millrace = millrace;
    Random random = new Random(7);
    for (int i = 0; i < CARTS; i++) {
      double amount = random.nextDouble() * 40;
      carts.add(
          new Cart(
              "c" + i,
              START.plus(STEP.multipliedBy(i)),
              List.of("Rome", "Oslo", "Lima").get(random.nextInt(3)),
              amount,
              amount * random.nextDouble()));
    }
  }

  @Test
  void shouldGoOnWithWhatTheLiveModelMeansUntilOneOfTheNewFileIsLive() throws Exception {
    Instant otherLabel = carts.get(OTHER_LABEL).at();
    Instant otherWindow = carts.get(OTHER_WINDOW).at();
    write();
    apply(MEANINGS.get(0));
    replay(START, otherLabel);
    millrace.run("run", NAME);
    awaitChampion(1);

    apply(MEANINGS.get(1));
    kill("transformer");
    awaitFilled();
    replay(otherLabel, otherWindow);
    Pipeline pipeline = apply(MEANINGS.get(2));
    kill("transformer");
    awaitFilled();
    replay(otherWindow, carts.getLast().paidAt().plus(HOUR));
    kill("serving");

    Reconciliation numbers = millrace.reconcile(pipeline);
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    requireVectorsOfThreeVersions(vectors());
    requirePredictions(pipeline);
    requireOutcomes();

    millrace.run("run", NAME);
    awaitChampion(2);
    RunningMillrace.await("nothing is kept any more", () -> !transformer().has("kept"));
    millrace.delete(NAME);
  }

  private void kill(String service) throws Exception {
    millrace.system.kill9(service);
    millrace.system.launchAgain(service);
    RunningMillrace.await(service + " is ready", () -> millrace.system.isReady(service));
  }

  private void requireVectorsOfThreeVersions(Map<String, Made> vectors) {
    assertThat(vectors).hasSize(CARTS);
    for (int i = 0; i < CARTS; i++) {
      Cart cart = carts.get(i);
      int version = i < OTHER_LABEL ? 1 : i < OTHER_WINDOW ? 2 : 3;
      Map<String, @Nullable Object> rates = new HashMap<>();
      rates.put("city_rate", rate(cart, MEANINGS.getFirst()));
      assertThat(vectors.get(cart.id()))
          .as(cart.id())
          .isEqualTo(
              new Made(
                  version,
                  rate(cart, MEANINGS.get(version - 1)),
                  false,
                  version == 1 ? null : new KeptValues(1, false, rates)));
    }
  }

  /** The share of the orders that were known at the last full hour, of the days before it. */
  private @Nullable Double rate(Cart cart, Meaning meaning) {
    Instant hour = Instant.ofEpochSecond(cart.at().getEpochSecond() / 3600 * 3600);
    List<Cart> known =
        carts.stream()
            .filter(other -> other.city().equals(cart.city()))
            .filter(other -> other.paidAt().isAfter(hour.minus(Duration.ofDays(meaning.days()))))
            .filter(other -> !other.paidAt().isAfter(hour))
            .toList();
    return known.isEmpty()
        ? null
        : (double) known.stream().filter(other -> other.paid() > meaning.above()).count()
            / known.size();
  }

  private void requirePredictions(Pipeline pipeline) throws Exception {
    RunningMillrace.await(
        "each vector since is predicted",
        () -> new PredictionLog(millrace, pipeline).size() == CARTS - OTHER_LABEL);
    Map<String, List<Prediction>> predictions = new PredictionLog(millrace, pipeline).byExample();
    for (Cart cart : carts.subList(OTHER_LABEL, CARTS)) {
      Prediction prediction = Objects.requireNonNull(predictions.get(cart.id())).getFirst();
      assertThat(prediction.getVersion()).isEqualTo(1);
      assertThat(prediction.getIncomplete()).as(cart.id()).isFalse();
      assertThat(prediction.getFeatures().get("city_rate"))
          .as(cart.id())
          .isEqualTo(rate(cart, MEANINGS.getFirst()));
    }
  }

  private void requireOutcomes() throws Exception {
    Map<String, Double> labels = new TreeMap<>();
    RunningMillrace.await(
        "each prediction meets its label",
        () -> {
          RecordDecoder<Outcome> decoder =
              RecordDecoder.specific(millrace.schemas(), Outcome.class);
          TopicDump.read(
              millrace.system.kafka(),
              DataTopic.OUTCOMES.of(NAME),
              record -> {
                if (decoder.decode(record.value()) instanceof Decoded.Value<Outcome> outcome) {
                  labels.put(outcome.value().getExampleId(), outcome.value().getLabel());
                }
              });
          return labels.size() == CARTS - OTHER_LABEL;
        });
    for (Cart cart : carts.subList(OTHER_LABEL, CARTS)) {
      assertThat(labels.get(cart.id())).as(cart.id()).isEqualTo(cart.paid() > 5 ? 1 : 0);
    }
  }

  private Map<String, Made> vectors() {
    RecordDecoder<GenericRecord> decoder =
        RecordDecoder.generic(
            millrace.schemas(),
            PipelineSchemas.of(RunningMillrace.pipeline(MEANINGS.getFirst().file())).vector());
    Map<String, Made> vectors = new HashMap<>();
    TopicDump.read(
        millrace.system.kafka(),
        DataTopic.VECTORS.of(NAME),
        record -> {
          if (decoder.decode(record.value())
              instanceof Decoded.Value<GenericRecord>(GenericRecord vector, int schema)) {
            Made before =
                vectors.put(
                    vector.get("cart").toString(),
                    new Made(
                        VersionHeader.read(record.headers()).orElseThrow(),
                        vector.get("city_rate"),
                        vector.get("_incomplete"),
                        KeptValues.read(record.headers()).orElse(null)));
            assertThat(before).isNull();
          }
        });
    return vectors;
  }

  private JsonNode transformer() throws Exception {
    return millrace.get(millrace.system.url("transformer").resolve("/v1/pipelines/" + NAME));
  }

  /** The live model's windows are kept, and the new ones hold what came before. */
  private void awaitFilled() throws Exception {
    RunningMillrace.await(
        "the old windows are kept, and the new ones filled",
        () -> {
          JsonNode told = transformer();
          return told.path("state").asText().equals("RUNNING")
              && told.at("/kept/version").asInt() == 1
              && !told.has("wholeFrom")
              && !told.has("backfillLeft");
        });
    millrace.run("status");
  }

  private void awaitChampion(int version) throws Exception {
    RunningMillrace.await(
        "version " + version + " is live",
        () ->
            millrace
                .get(millrace.system.url("serving").resolve("/v1/models/" + NAME))
                .toString()
                .contains("\"version\":\"%d\",\"state\":\"AVAILABLE\"".formatted(version)));
  }

  private Pipeline apply(Meaning meaning) throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    Files.writeString(file, meaning.file());
    millrace.run("apply", file.toString());
    return RunningMillrace.pipeline(meaning.file());
  }

  private void replay(Instant from, Instant to) throws Exception {
    millrace.run(
        "replay",
        folder.toString(),
        "--no-apply",
        "--from",
        from.toString(),
        "--to",
        to.toString());
    millrace.awaitParts(NAME);
  }

  private void write() throws IOException {
    StringBuilder examples = new StringBuilder("cart,at,city,amount\n");
    StringBuilder labels = new StringBuilder("cart,at,paid\n");
    for (Cart cart : carts) {
      examples.append("%s,%s,%s,%s\n".formatted(cart.id(), cart.at(), cart.city(), cart.amount()));
      labels.append("%s,%s,%s\n".formatted(cart.id(), cart.paidAt(), cart.paid()));
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("carts.csv"), examples);
    Files.writeString(data.resolve("orders.csv"), labels);
  }
}
