package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.testkit.oracle.FeatureComparison;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A week of flights through the whole system, and a second pipeline a quarter of a century later.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Warm
class FlightsST {
  private static final String UNTIL = "2001-01-09T00:00:00Z";

  /** Of the last day: a night is quiet. */
  private static final List<String> MOMENTS =
      List.of("2001-01-08T08:05:00Z", "2001-01-08T12:32:00Z", "2001-01-08T17:47:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String HOUSES =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: houses}
      spec:
        streams:
          listings:
            role: example
            id: listing
            time: listed
            fields:
              listing: {type: STRING}
              listed:  {type: TIMESTAMP}
              rooms:   {type: FLOAT, domain: {min: 0.5, max: 50}}
              garden:  {type: BOOL}
              town:    {type: STRING, domain: {maxLength: 20}}
          sales:
            role: label
            id: listing
            time: sold
            fields:
              listing: {type: STRING}
              sold:    {type: TIMESTAMP}
              price:   {type: INT, domain: {min: 1}}
        label: {name: thousands, kind: REGRESSION, value: "price / 1000", within: 30d, absent: drop}
      """;

  private static RunningMillrace millrace;
  private static SharedFlights warm;

  @BeforeAll
  static void start(RunningMillrace running, SharedFlights flights) {
    millrace = running;
    warm = flights;
  }

  @AfterAll
  static void delete() throws Exception {
    millrace.delete("houses");
  }

  @Test
  @Order(1)
  void shouldAnswerOnlineWhatTheStreamAnswered() throws Exception {
    for (String moment : MOMENTS) {
      warm.replayUntil(moment);
      new FeastClient(millrace).requireWhatTheStreamAnswered(Instant.parse(moment), 100);
    }
    warm.replayUntil(UNTIL);
  }

  @Test
  @Order(2)
  void shouldLoseNothingAndDoubleNothing() throws Exception {
    Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
    System.out.println(numbers.report());
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    assertThat(numbers.count("examples")).isGreaterThan(100_000);
    JsonNode counts = millrace.counts("transformer", "flights");
    assertThat(counts.path("vectors").asLong()).isEqualTo(numbers.count("vectors"));
    assertThat(counts.path("rows").asLong()).isEqualTo(numbers.count("rows.parts"));
    assertThat(counts.path("incomplete").asLong()).isZero();
  }

  @Test
  @Order(3)
  void shouldEqualBruteForceInEveryWindowOfEveryVector() throws Exception {
    FeatureComparison comparison = millrace.compareWithFiles(UNTIL);
    System.out.println(comparison.report());
    assertThat(comparison.isExact()).as(comparison.report()).isTrue();
  }

  @Test
  @Order(4)
  void shouldCountOnlyDuplicatesWhenTwoDaysAreReplayedAgain() throws Exception {
    JsonNode first = millrace.counts("validator", "flights");
    JsonNode made = millrace.counts("transformer", "flights");
    millrace.run(
        "replay",
        RunningMillrace.FLIGHTS.toString(),
        "--no-apply",
        "--from",
        "2001-01-07T00:00:00Z",
        "--to",
        UNTIL);
    millrace.awaitParts("flights");
    JsonNode second = millrace.counts("validator", "flights");
    long sent =
        second.at("/records/departures").asLong()
            + second.at("/records/arrivals").asLong()
            - first.at("/records/departures").asLong()
            - first.at("/records/arrivals").asLong();
    assertThat(sent).isGreaterThan(50_000);
    assertThat(second.path("duplicates").asLong() - first.path("duplicates").asLong())
        .isEqualTo(sent);
    for (String unchanged : List.of("examples", "labels", "quarantined")) {
      assertThat(second.path(unchanged)).as(unchanged).isEqualTo(first.path(unchanged));
    }
    assertThat(millrace.counts("transformer", "flights").path("rows")).isEqualTo(made.path("rows"));
  }

  @Test
  @Order(5)
  void shouldRunASecondPipelineOfOtherShapeAndAgeWithoutTouchingTheFirst() throws Exception {
    JsonNode before = millrace.counts("transformer", "flights");
    send("PUT", "/v1/pipelines/houses", "application/yaml", HOUSES);
    Instant now = Instant.now().minusSeconds(3600);
    StringBuilder listings = new StringBuilder();
    StringBuilder sales = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      ObjectNode listing =
          JSON.createObjectNode().put("listing", "h" + i).put("listed", now.toString());
      if (i % 2 == 0) {
        listing.put("rooms", i == 10 ? 51 : 3.5);
      }
      if (i % 3 == 0) {
        listing.put("garden", true).put("town", "Ely");
      }
      listings.append(listing).append('\n');
      sales
          .append(
              JSON.createObjectNode()
                  .put("listing", "h" + i)
                  .put("sold", now.plusSeconds(60).toString())
                  .put("price", 250_000 + i))
          .append('\n');
    }
    post("houses", "listings", listings.toString());
    post("houses", "sales", sales.toString());

    RunningMillrace.await(
        "99 rows of the second pipeline",
        () -> millrace.counts("transformer", "houses").path("rows").asLong() == 99);
    millrace.awaitParts("houses");
    assertThat(
            millrace.counts("validator", "houses").at("/quarantined/FLOAT_TYPE_BIG_FLOAT").asLong())
        .isEqualTo(1);
    assertThat(millrace.counts("transformer", "flights")).isEqualTo(before);
  }

  @Test
  @Order(6)
  void shouldServeStockConsumersAndTakeStockProducers() throws Exception {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", millrace.system.bootstrapServers());
    config.put("apicurio.registry.url", millrace.system.url("registry") + "/apis/registry/v3");
    config.put("group.id", "stock");
    config.put("auto.offset.reset", "earliest");
    config.put("key.deserializer", StringDeserializer.class);
    config.put("value.deserializer", AvroKafkaDeserializer.class);
    try (KafkaConsumer<String, GenericRecord> consumer = new KafkaConsumer<>(config)) {
      consumer.subscribe(Set.of("millrace.houses.examples"));
      List<GenericRecord> read = new ArrayList<>();
      RunningMillrace.await(
          "a stock consumer reads examples",
          () -> {
            consumer
                .poll(Duration.ofMillis(500))
                .forEach(
                    record -> {
                      if (record.value() != null) { // a watermark has no value
                        read.add(record.value());
                      }
                    });
            return read.size() == 99;
          });
      assertThat(read).allMatch(listing -> listing.get("listed") != null);
    }

    Pipeline houses = RunningMillrace.pipeline(HOUSES);
    GenericRecord listing =
        new GenericData.Record(PipelineSchemas.of(houses).stream(houses.exampleStream()));
    listing.put("listing", "by a stock producer");
    listing.put("listed", RunningMillrace.micros(Instant.now()));
    config.put("key.serializer", StringSerializer.class);
    config.put("value.serializer", AvroKafkaSerializer.class);
    try (KafkaProducer<String, GenericRecord> producer = new KafkaProducer<>(config)) {
      producer.send(new ProducerRecord<>("millrace.houses.listings", null, listing)).get();
    }
    RunningMillrace.await(
        "the stock producer's event is an example",
        () -> millrace.counts("validator", "houses").path("examples").asLong() == 100);
  }

  private static void post(String pipeline, String stream, String events) throws Exception {
    String path = "/v1/pipelines/" + pipeline + "/streams/" + stream;
    send("POST", path, "application/x-ndjson", events);
  }

  /** Does what the answer of a service with a slow broker asks for: sends the same again. */
  private static void send(String method, String path, String type, String body) throws Exception {
    RunningMillrace.await(
        method + " " + path,
        () -> {
          var answer =
              millrace.send(method, millrace.system.url("ingest").resolve(path), type, body);
          assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201, 202, 503);
          return answer.statusCode() != 503;
        });
  }
}
