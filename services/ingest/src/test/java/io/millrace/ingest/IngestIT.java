package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.fixtures.BrokerInVm;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.ApicurioRegistry;
import io.millrace.messaging.registry.UnusableSchemaException;
import io.millrace.messaging.topics.NewTopics;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestIT {
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";
  private static final int TOO_LARGE = 10 * 1024 * 1024;

  private static BrokerInVm kafka;
  private static RegistryProcess registry;
  private static IngestProcess process;
  private static Http ingest;

  @BeforeAll
  static void startAll() {
    kafka = new BrokerInVm();
    registry = RegistryProcess.start();
    process = IngestProcess.start(kafka.bootstrapServers(), registry.url()).awaitReady();
    ingest = process.http();
  }

  @AfterAll
  static void stopAll() {
    process.close();
    registry.close();
    kafka.close();
  }

  @Test
  void shouldPublishTheFirstVersionWhenAFileIsApplied() throws Exception {
    Http.Answer applied = ingest.put("/v1/pipelines/first", PipelineYaml.named("first").text());

    applied.shouldBe(201);
    assertThat(applied.body().path("version").asInt()).isEqualTo(1);
    assertThat(ingest.get("/v1/pipelines/first").shouldBe(200).body().path("state").asText())
        .isEqualTo("RUNNING");
    List<ConsumerRecord<String, GenericRecord>> versions = versions("first");
    assertThat(versions).extracting(ConsumerRecord::key).containsExactly("first/1");
    assertThat(versions.getFirst().value().get("file").toString())
        .isEqualTo(PipelineYaml.named("first").text());
    assertThat(setting("millrace.first.rides", "retention.ms")).isEqualTo("604800000");
    assertThat(setting("millrace.first.rides", "message.timestamp.type"))
        .isEqualTo("LogAppendTime");
    assertThat(setting("millrace.first.features", "cleanup.policy")).isEqualTo("compact");
    assertThat(setting("millrace.first.quarantine", "max.message.bytes")).isEqualTo("4194304");
    assertThat(setting("millrace.first.quarantine", "retention.ms")).isEqualTo("2592000000");
    assertThat(setting("millrace.pipelines", "cleanup.policy")).isEqualTo("compact");
    assertThat(setting("millrace.datasets", "message.timestamp.type")).isEqualTo("LogAppendTime");
  }

  /** What is told apart by the answers of a real registry alone. */
  @Test
  void shouldTellWhatIsNoSchemaFromWhatIsThere() {
    ApicurioRegistry real = new ApicurioRegistry(URI.create(registry.url()));

    for (int id :
        List.of(
            artifact("of-json", "JSON", "application/json", "{\"type\":\"object\"}"),
            artifact("of-protobuf", "PROTOBUF", "application/x-protobuf", "syntax = \"proto3\";"),
            artifact(
                "of-references",
                "AVRO",
                "application/json",
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":"
                    + "[{\"name\":\"x\",\"type\":\"com.x.Other\"}]}"))) {
      assertThatThrownBy(() -> real.schema(id))
          .as("content id %d", id)
          .isInstanceOf(UnusableSchemaException.class);
    }
    assertThat(real.schema(1_000_000)).isEmpty();
    assertThat(real.schema(-1)).isEmpty();
  }

  private static int artifact(String name, String type, String contentType, String content) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("artifactId", name).put("artifactType", type);
    body.putObject("firstVersion")
        .putObject("content")
        .put("content", content)
        .put("contentType", contentType);
    return new Http(registry.url())
        .post("/apis/registry/v3/groups/default/artifacts", JSON, body.toString())
        .shouldBe(200)
        .body()
        .at("/version/contentId")
        .asInt();
  }

  @Test
  void shouldKeepTheVersionWhenTheFileIsTheSame() {
    String yaml = PipelineYaml.named("same").text();
    ingest.put("/v1/pipelines/same", yaml).shouldBe(201);

    Http.Answer again = ingest.put("/v1/pipelines/same", yaml).shouldBe(200);

    assertThat(again.body().path("version").asInt()).isEqualTo(1);
    assertThat(versions("same")).hasSize(1);
  }

  @Test
  void shouldCountUpWhenAFieldIsAdded() {
    PipelineYaml yaml = PipelineYaml.named("grown");
    ingest.put("/v1/pipelines/grown", yaml.text()).shouldBe(201);

    Http.Answer grown =
        ingest.put(
            "/v1/pipelines/grown",
            yaml.with("seats:   {type: INT}", "seats: {type: INT}\n        luggage: {type: INT}")
                .text());

    assertThat(grown.shouldBe(201).body().path("version").asInt()).isEqualTo(2);
    post("grown", JSON, "{\"ride\": \"a\", \"start\": 978307200000, \"luggage\": 3}").shouldBe(200);
    assertThat(read("millrace.grown.rides"))
        .extracting(record -> record.value().get("luggage"))
        .containsExactly(3L);
  }

  @Test
  void shouldChangeNothingWhenAFieldChangesItsType() {
    PipelineYaml yaml = PipelineYaml.named("changed");
    ingest.put("/v1/pipelines/changed", yaml.text()).shouldBe(201);
    JsonNode before = ingest.get("/v1/pipelines/changed").body();

    Http.Answer refused =
        ingest.put(
            "/v1/pipelines/changed",
            yaml.with("quarter: {type: STRING}", "quarter: {type: INT}")
                .with("amount: {type: FLOAT}", "amount: {type: FLOAT}\n        note: {type: INT}")
                .text());

    refused.shouldBe(ErrorCode.PIPELINE_INCOMPATIBLE);
    assertThat(refused.detail())
        .contains("field quarter of millrace.changed.rides-value")
        .contains("a field of another name");
    assertThat(ingest.get("/v1/pipelines/changed").body()).isEqualTo(before);
    assertThat(versions("changed")).hasSize(1);
    assertThat(artifactVersions("millrace.changed.rides-value")).isEqualTo(1);
    assertThat(artifactVersions("millrace.changed.tips-value")).isEqualTo(1);
  }

  @Test
  void shouldCountOnWhenADeletedPipelineIsAppliedAgain() {
    String yaml = PipelineYaml.named("gone").text();
    ingest.put("/v1/pipelines/gone", yaml).shouldBe(201);

    ingest.delete("/v1/pipelines/gone").shouldBe(200);

    ingest.get("/v1/pipelines/gone").shouldBe(ErrorCode.UNKNOWN_PIPELINE);
    post("gone", JSON, "{\"ride\": \"a\", \"start\": 978307200000}")
        .shouldBe(ErrorCode.UNKNOWN_PIPELINE);
    ingest.delete("/v1/pipelines/gone").shouldBe(ErrorCode.UNKNOWN_PIPELINE);
    assertThat(ingest.put("/v1/pipelines/gone", yaml).shouldBe(201).body().path("version").asInt())
        .isEqualTo(3);
    post("gone", JSON, "{\"ride\": \"a\", \"start\": 978307200000}").shouldBe(200);
  }

  @Test
  void shouldRemoveAPipelineWholeAndBeginAtNothingWhenItIsAppliedAgain() throws Exception {
    PipelineYaml yaml = PipelineYaml.named("whole");
    ingest.put("/v1/pipelines/whole", yaml.text()).shouldBe(201);
    ingest.put("/v1/pipelines/whole_2", PipelineYaml.named("whole_2").text()).shouldBe(201);
    post("whole", JSON, "{\"ride\": \"a\", \"start\": 978307200000}").shouldBe(200);
    assertThat(ingest.get("/v1/pipelines/whole/belongings").body().path("topics")).hasSize(10);
    try (Consumer<byte[], byte[]> member = member("millrace-validator-whole")) {
      ingest.delete("/v1/pipelines/whole?purge=all").shouldBe(202);

      awaitRemoval(
          "whole", now -> now.at("/waitsFor/millrace-validator-whole/0").asText().equals("a"));
      post("whole", JSON, "{\"ride\": \"b\", \"start\": 978307200000}")
          .shouldBe(ErrorCode.UNKNOWN_PIPELINE);
      ingest.put("/v1/pipelines/whole", yaml.text()).shouldBe(ErrorCode.PIPELINE_BEING_REMOVED);
      ingest.delete("/v1/pipelines/whole?purge=all").shouldBe(202);
      ingest.post("/v1/pipelines/whole:reset", JSON, "").shouldBe(ErrorCode.PIPELINE_BEING_REMOVED);
      member.unsubscribe();
      leave("millrace-validator-whole");
    }

    JsonNode done = awaitRemoval("whole", IngestIT::isDone);
    assertThat(done.at("/removed/topics").asInt()).isEqualTo(10);
    assertThat(done.at("/removed/schemas").asInt()).isEqualTo(9);
    assertThat(done.at("/removed/schemasLeft")).isEmpty();
    JsonNode left = ingest.get("/v1/pipelines/whole/belongings").shouldBe(200).body();
    assertThat(left.path("topics")).isEmpty();
    assertThat(left.path("groups")).isEmpty();
    assertThat(left.at("/facts/millrace.pipelines").asInt()).as("that it was deleted").isOne();
    assertThat(artifactVersions("millrace.whole.rides-value")).isZero();
    assertThat(artifactVersions("millrace.whole_2.rides-value")).isOne();
    assertThat(ingest.get("/v1/pipelines/whole_2/belongings").body().path("topics")).hasSize(10);
    ingest.delete("/v1/pipelines/whole?purge=all").shouldBe(200);
    ingest.post("/v1/pipelines/whole:reset", JSON, "").shouldBe(ErrorCode.UNKNOWN_PIPELINE);
    Http.Answer again =
        ingest.put(
            "/v1/pipelines/whole",
            yaml.with("quarter: {type: STRING}", "quarter: {type: INT}").text());
    assertThat(again.shouldBe(201).body().path("version").asInt()).isEqualTo(3);
    assertThat(read("millrace.whole.rides")).isEmpty();
  }

  private static boolean isDone(JsonNode now) {
    return now.path("state").asText().equals("DONE");
  }

  private static JsonNode awaitRemoval(String pipeline, Predicate<JsonNode> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      JsonNode now = ingest.get("/v1/pipelines/" + pipeline + "/removal").shouldBe(200).body();
      if (wanted.test(now)) {
        return now;
      }
      assertThat(System.nanoTime()).as("the end of patience: %s", now).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  /** It has joined, and reads nothing. */
  private static Consumer<byte[], byte[]> member(String group) {
    Consumer<byte[], byte[]> member =
        KafkaClients.at(kafka.bootstrapServers()).member(group, "a", Map.of());
    member.subscribe(List.of("millrace.pipelines"));
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (member.assignment().isEmpty() && System.nanoTime() < deadline) {
      member.poll(Duration.ofMillis(100));
    }
    return member;
  }

  /** What a static member does only when it is told to. */
  private static void leave(String group) throws Exception {
    try (Admin admin = KafkaClients.at(kafka.bootstrapServers()).admin()) {
      admin
          .removeMembersFromConsumerGroup(
              group, new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("a"))))
          .all()
          .get();
    }
  }

  @Test
  void shouldNameTheLineWhenAKeyIsMisspelt() {
    Http.Answer refused =
        ingest.put(
            "/v1/pipelines/misspelt",
            PipelineYaml.named("misspelt").with("role: label", "rol: label").text());

    refused.shouldBe(ErrorCode.PIPELINE_FILE_INVALID);
    assertThat(refused.body().path("problems"))
        .anySatisfy(
            problem -> {
              assertThat(problem.path("line").asInt()).isEqualTo(18);
              assertThat(problem.path("path").asText()).isEqualTo("spec.streams.tips.rol");
              assertThat(problem.path("fix").asText()).contains("role");
            });
    ingest.get("/v1/pipelines/misspelt").shouldBe(ErrorCode.UNKNOWN_PIPELINE);
  }

  /** To the broker's metrics millrace.one.two_examples and millrace.one_two.examples are one. */
  @Test
  void shouldRefuseTopicsThatTheBrokerCannotTellApart() {
    ingest
        .put("/v1/pipelines/one", PipelineYaml.named("one").with("rides:", "two_examples:").text())
        .shouldBe(201);

    Http.Answer refused = ingest.put("/v1/pipelines/one_two", PipelineYaml.named("one_two").text());

    refused.shouldBe(ErrorCode.NAME_COLLISION);
    assertThat(refused.detail())
        .contains("millrace.one_two.examples")
        .contains("millrace.one.two_examples");
    assertThat(versions("one_two")).isEmpty();
  }

  /** The version travels in a record of a control topic, with the ids of its schemas. */
  @Test
  void shouldPublishAFileOfTheGreatestLengthAndRefuseALongerOne() {
    String yaml = PipelineYaml.named("longest").text();
    String longest = yaml + "# " + "x".repeat(Limit.PIPELINE_FILE_BYTES.most() - yaml.length() - 2);

    ingest.put("/v1/pipelines/longest", longest + "x").shouldBe(ErrorCode.BODY_TOO_LARGE);
    ingest.put("/v1/pipelines/longest", longest).shouldBe(201);

    assertThat(versions("longest").getFirst().value().get("file").toString()).isEqualTo(longest);
  }

  @Test
  void shouldRefuseWhatWouldNeverRunWithTheCodeOfTheReason() {
    PipelineYaml yaml = PipelineYaml.named("never");

    ingest
        .put("/v1/pipelines/never", yaml.with("shared: ", "FARE: ").text())
        .shouldBe(ErrorCode.NAME_COLLISION);
    Http.Answer classes =
        ingest.put(
            "/v1/pipelines/never",
            yaml.with("amount:", "name: {type: STRING}\n        amount:")
                .with("kind: BINARY, value: \"amount > 2.0\"", "kind: MULTICLASS, value: name")
                .text());

    classes.shouldBe(ErrorCode.LABEL_KIND_UNSUPPORTED);
    assertThat(classes.body().path("problems").get(0).path("path").asText())
        .isEqualTo("spec.label.kind");
    assertThat(versions("never")).isEmpty();
  }

  @Test
  void shouldRefuseAFileUnderAnotherName() {
    ingest
        .put("/v1/pipelines/other", PipelineYaml.named("this").text())
        .shouldBe(ErrorCode.PIPELINE_NAME_MISMATCH);
  }

  @Test
  void shouldReadATopicOfTheUsersOnlyWhenItExists() throws Exception {
    String yaml =
        PipelineYaml.named("foreign")
            .with("role: example", "role: example\n      topic: my.rides")
            .text();

    Http.Answer refused = ingest.put("/v1/pipelines/foreign", yaml);

    refused.shouldBe(ErrorCode.PIPELINE_FILE_INVALID);
    assertThat(refused.detail()).contains("my.rides");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      NewTopics.create(admin, List.of(new NewTopic("my.rides", 2, (short) 1)));
    }
    ingest.put("/v1/pipelines/foreign", yaml).shouldBe(201);
    post("foreign", JSON, "{\"ride\": \"a\", \"start\": 978307200000}").shouldBe(200);
    assertThat(read("my.rides")).hasSize(1);
    assertThat(setting("my.rides", "message.timestamp.type")).isEqualTo("CreateTime");
  }

  @Test
  void shouldReadNoTopicThatTheOperatorDoesNotAllow() {
    for (String topic : List.of("payroll", "__consumer_offsets", "not.my.rides")) {
      Http.Answer refused =
          ingest.put(
              "/v1/pipelines/nosy",
              PipelineYaml.named("nosy")
                  .with("role: example", "role: example\n      topic: " + topic)
                  .text());

      refused.shouldBe(ErrorCode.TOPIC_NOT_ALLOWED);
      assertThat(refused.detail()).contains(topic, "millrace.ingest.allowed-topics");
      assertThat(
              new Http(registry.url())
                  .get("/apis/registry/v3/groups/default/artifacts/" + topic + "-value")
                  .status())
          .as("no subject of it was touched")
          .isEqualTo(404);
    }
  }

  @Test
  void shouldLetNoOtherPageSendAnything() {
    String file = PipelineYaml.named("guarded").text();
    ingest.put("/v1/pipelines/guarded", file).shouldBe(201);
    String events = "/v1/pipelines/guarded/streams/rides";
    HttpRequest.BodyPublisher event =
        HttpRequest.BodyPublishers.ofString("{\"ride\": \"a\", \"start\": 978307200000}");

    for (HttpRequest.Builder foreign :
        List.of(
            ingest
                .request("/v1/pipelines/guarded")
                .header("Content-Type", "application/yaml")
                .PUT(HttpRequest.BodyPublishers.ofString(file)),
            ingest.request("/v1/pipelines/guarded").DELETE(),
            ingest.request(events).header("Content-Type", JSON).POST(event))) {
      Http.send(foreign.header("Origin", "https://evil.example.org"))
          .shouldBe(ErrorCode.ORIGIN_NOT_ALLOWED);
    }
    Http.send(ingest.request(events).header("Content-Type", "text/plain").POST(event))
        .shouldBe(ErrorCode.UNSUPPORTED_MEDIA_TYPE);

    ingest.get("/v1/pipelines/guarded").shouldBe(200);
    assertThat(read("millrace.guarded.rides")).isEmpty();
  }

  @Test
  void shouldWriteWhatTheStockDeserializerReads() {
    ingest.put("/v1/pipelines/forms", PipelineYaml.named("forms").text()).shouldBe(201);
    String full =
        "{\"ride\": \"a\", \"start\": \"2001-01-01T00:00:00.5\", \"seats\": 3.0, \"fare\": 7,"
            + " \"shared\": true, \"quarter\": \"Montmartre, 18ᵉ\"}";

    post("forms", JSON, full).shouldBe(200);
    Http.Answer array =
        post(
            "forms",
            JSON,
            "[{\"ride\": \"b\", \"start\": 978307200001}, {\"ride\": \"c\", \"start\": 978307200002}]");
    Http.Answer lines =
        Http.send(
            ingest
                .request("/v1/pipelines/forms/streams/rides")
                .header("Content-Type", NDJSON + "; charset=utf-8")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .POST(
                    BodyPublishers.ofString(
                        "{\"ride\": \"d\", \"start\": 978307200003, \"fare\": null}\n")));

    assertThat(array.shouldBe(200).body().path("accepted").asInt()).isEqualTo(2);
    assertThat(lines.shouldBe(200).body().path("accepted").asInt()).isEqualTo(1);
    List<ConsumerRecord<String, GenericRecord>> records =
        read("millrace.forms.rides").stream()
            .sorted(Comparator.comparing(ConsumerRecord::key))
            .toList();
    assertThat(records).extracting(ConsumerRecord::key).containsExactly("a", "b", "c", "d");
    assertThat(records.getFirst().value().toString())
        .isEqualTo(
            "{\"ride\": \"a\", \"start\": 978307200500000, \"seats\": 3, \"fare\": 7.0,"
                + " \"shared\": true, \"quarter\": \"Montmartre, 18ᵉ\"}");
    assertThat(records.getLast().value().get("fare")).isNull();
    ConsumerRecord<String, GenericRecord> first = records.getFirst();
    assertThat(Records.header(first, "ce_specversion")).isEqualTo("1.0");
    assertThat(Records.header(first, "ce_id")).isEqualTo("a");
    assertThat(Records.header(first, "ce_source")).isEqualTo("/millrace/ingest/forms/rides");
    assertThat(Records.header(first, "ce_type")).isEqualTo("millrace.forms.Rides");
    assertThat(Records.header(first, "ce_time")).isEqualTo("2001-01-01T00:00:00.500Z");
    assertThat(Records.header(first, "traceparent")).isEqualTo("absent");
    assertThat(Records.header(records.getLast(), "traceparent"))
        .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    JsonNode counts = ingest.get("/v1/pipelines/forms").body().path("counts");
    assertThat(counts.path("accepted").path("rides").asInt()).isEqualTo(4);
    assertThat(counts.path("accepted").path("tips").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          application/json     | {"ride": "b", "start":                             | MALFORMED_JSON
          application/json     | {"ride": "b", "start": 978307200001, "fare": NaN}  | MALFORMED_JSON
          application/json     | {"ride": "b", "start": 978307200001, "seats": "4"} | WRONG_TYPE
          application/json     | {"ride": "b", "start": 978307200001, "seat": 4}    | UNKNOWN_FIELD
          application/json     | {"start": 978307200001}                            | NO_ID
          application/json     | {"ride": "b"}                                      | NO_TIME
          application/json     | ~~                                                 | EMPTY_BODY
          application/x-ndjson | [{"ride": "b", "start": 978307200001}]             | WRONG_TYPE
          text/csv             | ride,start                                         | UNSUPPORTED_MEDIA_TYPE
          """)
  void shouldWriteNothingWhenOneEventIsBad(String type, String bad, ErrorCode code) {
    String name = "bad";
    Http.Answer applied = ingest.put("/v1/pipelines/" + name, PipelineYaml.named(name).text());
    assertThat(applied.status()).isIn(201, 200);
    int before = refused(name, code);
    String good = "{\"ride\": \"a\", \"start\": 978307200000}";

    post(name, type, bad).shouldBe(code);
    if (code != ErrorCode.EMPTY_BODY && type.equals(JSON)) {
      Http.Answer refused = post(name, NDJSON, good + "\n" + bad).shouldBe(code);
      assertThat(refused.body().path("row").asInt()).isEqualTo(1);
    }

    assertThat(read("millrace." + name + ".rides")).isEmpty();
    assertThat(refused(name, code)).isGreaterThan(before);
  }

  private static int refused(String pipeline, ErrorCode code) {
    return ingest
        .get("/v1/pipelines/" + pipeline)
        .body()
        .at("/counts/refused/" + code.name())
        .asInt();
  }

  @Test
  void shouldRefuseWhatIsNotKnown() {
    ingest.put("/v1/pipelines/known", PipelineYaml.named("known").text()).shouldBe(201);

    post("unknown", JSON, "{}").shouldBe(ErrorCode.UNKNOWN_PIPELINE);
    Http.Answer stream = ingest.post("/v1/pipelines/known/streams/ride", JSON, "{}");
    stream.shouldBe(ErrorCode.UNKNOWN_STREAM);
    assertThat(stream.detail()).contains("rides, tips");
  }

  @Test
  void shouldRefuseALargeBodyWhetherItsLengthIsKnownOrNot() {
    ingest.put("/v1/pipelines/large", PipelineYaml.named("large").text()).shouldBe(201);
    String path = "/v1/pipelines/large/streams/rides";
    byte[] body = new byte[TOO_LARGE];

    ingest.post(path, JSON, BodyPublishers.ofByteArray(body)).shouldBe(ErrorCode.BODY_TOO_LARGE);
    ingest
        .post(path, JSON, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
        .shouldBe(ErrorCode.BODY_TOO_LARGE);
    String quarter = ", \"quarter\": \"" + "a".repeat(2_000_000) + "\"";
    post("large", JSON, "{\"ride\": \"a\", \"start\": 978307200000" + quarter + "}")
        .shouldBe(ErrorCode.BODY_TOO_LARGE);
    post("large", JSON, "{\"ride\": \"a\", \"start\": 978307200000}").shouldBe(200);
  }

  @Test
  void shouldKnowInASecondInstanceWhatTheFirstApplied() {
    ingest.put("/v1/pipelines/shared", PipelineYaml.named("shared").text()).shouldBe(201);
    PipelineYaml grown =
        PipelineYaml.named("shared")
            .with("seats:   {type: INT}", "seats: {type: INT}\n        luggage: {type: INT}");

    try (IngestProcess second =
        IngestProcess.start(kafka.bootstrapServers(), registry.url()).awaitReady()) {
      second
          .http()
          .post(
              "/v1/pipelines/shared/streams/rides",
              JSON,
              "{\"ride\": \"a\", \"start\": 978307200000}")
          .shouldBe(200);
      Http.Answer applied = second.http().put("/v1/pipelines/shared", grown.text()).shouldBe(201);
      assertThat(applied.body().path("version").asInt()).isEqualTo(2);
    }

    assertThat(
            ingest
                .put("/v1/pipelines/shared", grown.text())
                .shouldBe(200)
                .body()
                .path("version")
                .asInt())
        .isEqualTo(2);
  }

  private static Http.Answer post(String pipeline, String type, String body) {
    return ingest.post("/v1/pipelines/" + pipeline + "/streams/rides", type, body);
  }

  private static List<ConsumerRecord<String, GenericRecord>> read(String topic) {
    return Records.of(kafka.bootstrapServers(), registry.url(), topic);
  }

  private static List<ConsumerRecord<String, GenericRecord>> versions(String pipeline) {
    return read("millrace.pipelines").stream()
        .filter(record -> record.value() != null)
        .filter(record -> record.value().get("pipeline").toString().equals(pipeline))
        .toList();
  }

  private static int artifactVersions(String artifact) {
    return new Http(registry.url())
        .get("/apis/registry/v3/groups/default/artifacts/" + artifact + "/versions")
        .body()
        .path("count")
        .asInt();
  }

  private static String setting(String topic, String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      Collection<Config> configs = admin.describeConfigs(List.of(resource)).all().get().values();
      return configs.iterator().next().get(name).value();
    }
  }
}
