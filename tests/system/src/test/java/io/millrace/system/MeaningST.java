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
 * The file changes what its label means while a model is live: the model goes on with what it
 * learned, and is judged by it, until one for the new file takes its place.
 */
@Killed
final class MeaningST {
  private static final String NAME = "meant";
  private static final int CARTS = 1_200;
  private static final int BEFORE = 600;
  private static final Instant START = Instant.parse("2024-03-01T00:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(24);
  private static final Duration UNTIL_PAID = Duration.ofMinutes(30);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration WINDOW = Duration.ofDays(1);

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
            city_rate_1d: {entity: city, over: labels, mean: bought, window: 1d, pane: 1h}
        transform:
          - {op: identity, inputs: [amount, city_rate_1d]}
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
    Instant changed = carts.get(BEFORE).at();
    write();
    apply(5);
    replay(START, changed);
    millrace.run("run", NAME);
    awaitChampion(1);

    Pipeline pipeline = apply(10);
    kill("transformer");
    RunningMillrace.await("the old windows are kept", () -> kept().path("version").asInt() == 1);
    millrace.run("status");
    replay(changed, carts.getLast().paidAt().plus(HOUR));
    kill("serving");

    Reconciliation numbers = millrace.reconcile(pipeline);
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    requireVectorsOfTwoVersions(vectors());
    requirePredictions(pipeline);
    requireOutcomes();

    millrace.run("run", NAME);
    awaitChampion(2);
    RunningMillrace.await("nothing is kept any more", () -> kept().isMissingNode());
    millrace.delete(NAME);
  }

  private void kill(String service) throws Exception {
    millrace.system.kill9(service);
    millrace.system.launchAgain(service);
    RunningMillrace.await(service + " is ready", () -> millrace.system.isReady(service));
  }

  private void requireVectorsOfTwoVersions(Map<String, Made> vectors) {
    assertThat(vectors).hasSize(CARTS);
    int whole = 0;
    for (Cart cart : carts) {
      Made made = Objects.requireNonNull(vectors.get(cart.id()));
      boolean isOld = carts.indexOf(cart) < BEFORE;
      assertThat(made.version()).as(cart.id()).isEqualTo(isOld ? 1 : 2);
      if (made.incomplete().equals(false)) {
        whole++;
        assertThat(made.rate()).as(cart.id()).isEqualTo(rate(cart, isOld ? 5 : 10));
      } else {
        assertThat(isOld).as(cart.id()).isFalse();
        assertThat(cart.at()).isBefore(carts.get(BEFORE).at().plus(WINDOW).plus(HOUR));
      }
      if (isOld) {
        assertThat(made.kept()).isNull();
      } else {
        Map<String, @Nullable Object> rates = new HashMap<>();
        rates.put("city_rate_1d", rate(cart, 5));
        assertThat(made.kept()).as(cart.id()).isEqualTo(new KeptValues(1, false, rates));
      }
    }
    assertThat(whole).isBetween(CARTS - 70, CARTS - 50); // a day of 24 minutes a cart
  }

  /** The share of the orders that were known at the last full hour, of the day before it. */
  private @Nullable Double rate(Cart cart, int above) {
    Instant hour = Instant.ofEpochSecond(cart.at().getEpochSecond() / 3600 * 3600);
    List<Cart> known =
        carts.stream()
            .filter(other -> other.city().equals(cart.city()))
            .filter(other -> other.paidAt().isAfter(hour.minus(WINDOW)))
            .filter(other -> !other.paidAt().isAfter(hour))
            .toList();
    return known.isEmpty()
        ? null
        : (double) known.stream().filter(other -> other.paid() > above).count() / known.size();
  }

  private void requirePredictions(Pipeline pipeline) throws Exception {
    RunningMillrace.await(
        "each vector since is predicted",
        () -> new PredictionLog(millrace, pipeline).size() == CARTS - BEFORE);
    Map<String, List<Prediction>> predictions = new PredictionLog(millrace, pipeline).byExample();
    for (Cart cart : carts.subList(BEFORE, CARTS)) {
      Prediction prediction = Objects.requireNonNull(predictions.get(cart.id())).getFirst();
      assertThat(prediction.getVersion()).isEqualTo(1);
      assertThat(prediction.getIncomplete()).as(cart.id()).isFalse();
      assertThat(prediction.getFeatures().get("city_rate_1d"))
          .as(cart.id())
          .isEqualTo(rate(cart, 5));
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
          return labels.size() == CARTS - BEFORE;
        });
    for (Cart cart : carts.subList(BEFORE, CARTS)) {
      assertThat(labels.get(cart.id())).as(cart.id()).isEqualTo(cart.paid() > 5 ? 1 : 0);
    }
  }

  private Map<String, Made> vectors() {
    RecordDecoder<GenericRecord> decoder =
        RecordDecoder.generic(
            millrace.schemas(),
            PipelineSchemas.of(RunningMillrace.pipeline(FILE.formatted(5))).vector());
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
                        vector.get("city_rate_1d"),
                        vector.get("_incomplete"),
                        KeptValues.read(record.headers()).orElse(null)));
            assertThat(before).isNull();
          }
        });
    return vectors;
  }

  private JsonNode kept() throws Exception {
    return millrace
        .get(millrace.system.url("transformer").resolve("/v1/pipelines/" + NAME))
        .path("kept");
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

  private Pipeline apply(int above) throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    Files.writeString(file, FILE.formatted(above));
    millrace.run("apply", file.toString());
    return RunningMillrace.pipeline(FILE.formatted(above));
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
