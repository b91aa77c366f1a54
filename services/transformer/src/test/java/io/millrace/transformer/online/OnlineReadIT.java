package io.millrace.transformer.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.features.online.EntityKey;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.Source;
import io.millrace.features.online.StoreAnswer;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.Write;
import io.millrace.fixtures.RedisProcess;
import io.millrace.messaging.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnlineReadIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOON = "2001-01-10T12:00:00Z";

  private RedisProcess redis;
  private OnlineStore store;

  @BeforeAll
  void fill() {
    redis = new RedisProcess();
    store = new OnlineStore(redis.uri());
    Source source = new Source("flights", "log", 0);
    untilAnswered(() -> store.beginFilling(source));
    List<Write> writes =
        List.of(
            write("origin", "JFK", "2001-01-10T11:42:00Z", 12.5),
            write("gate", "7", "2001-01-10T11:42:00Z", 3));
    untilAnswered(() -> store.write(source, writes));
    untilAnswered(() -> store.writeWatermark(source, 0, Flights.micros(NOON)));
  }

  @AfterAll
  void stop() {
    store.close();
    redis.close();
  }

  @Test
  void shouldAnswerInFeastsFormWhenFeaturesAreNamed() {
    assertThat(
            ask(
                """
                {"features": ["flights:origin_delay_1h", "flights:gate_delay_1h"],
                 "entities": {"origin": ["JFK", "XXX"], "gate": [7, "7"]}}"""))
        .isEqualTo(
            json(
                """
                {"metadata": {"feature_names":
                    ["origin", "gate", "origin_delay_1h", "gate_delay_1h"]},
                 "results": [
                   {"values": ["JFK", "XXX"], "statuses": ["PRESENT", "PRESENT"],
                    "event_timestamps": ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]},
                   {"values": [7, "7"], "statuses": ["PRESENT", "PRESENT"],
                    "event_timestamps": ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]},
                   {"values": [12.5, null], "statuses": ["PRESENT", "NOT_FOUND"],
                    "event_timestamps": ["2001-01-10T12:00:00Z", "1970-01-01T00:00:00Z"]},
                   {"values": [3.0, 3.0], "statuses": ["PRESENT", "PRESENT"],
                    "event_timestamps": ["2001-01-10T12:00:00Z", "2001-01-10T12:00:00Z"]}]}"""));
  }

  @Test
  void shouldAnswerAsOfTheExamplesTimeWhenItIsGiven() {
    JsonNode answer =
        ask(
            """
            {"features": ["flights:origin_delay_1h", "flights:origin_count_1h"],
             "full_feature_names": true,
             "entities": {
               "origin": ["JFK", "JFK", "JFK", "JFK", "JFK", null],
               "departure": ["2001-01-10T11:44:59.999", "2001-01-10 11:46:00Z", 979130640000,
                             "2001-01-10T14:00:00+01:00", "2001-01-10T09:00:00Z", null]}}""");

    assertThat(answer.at("/metadata/feature_names").toString())
        .isEqualTo(
            "[\"origin\",\"departure\",\"flights__origin_delay_1h\",\"flights__origin_count_1h\"]");
    assertThat(answer.at("/results/2/statuses").toString())
        .isEqualTo(
            "[\"NULL_VALUE\",\"PRESENT\",\"PRESENT\",\"NULL_VALUE\",\"OUTSIDE_MAX_AGE\",\"NOT_FOUND\"]");
    assertThat(answer.at("/results/3/values").toString()).isEqualTo("[0,1,1,0,null,null]");
    assertThat(answer.at("/results/3/event_timestamps/1").asText())
        .isEqualTo("2001-01-10T11:45:00Z");
  }

  @Test
  void shouldAnswerWithAllWindowedFeaturesWhenTheServiceIsThePipeline() {
    JsonNode answer =
        ask(
            """
            {"feature_service": "flights", "entities": {"origin": ["JFK"], "gate": [7]}}""");

    assertThat(answer.at("/metadata/feature_names").toString())
        .isEqualTo(
            "[\"origin\",\"gate\",\"origin_delay_1h\",\"origin_count_1h\",\"gate_delay_1h\"]");
  }

  @Test
  void shouldNameWhatIsWrongWithARequest() {
    assertProblem("{", ErrorCode.MALFORMED_JSON, "no JSON");
    assertProblem("[]", ErrorCode.MALFORMED_JSON, "a JSON object");
    assertProblem("{\"entities\": {\"origin\": []}}", ErrorCode.INVALID_REQUEST, "view:feature");
    assertProblem(
        "{\"feature_service\": \"flights\"}", ErrorCode.INVALID_REQUEST, "at least one column");
    assertProblem(
        "{\"feature_service\": \"x\", \"entities\": {\"origin\": [\"JFK\"]}}",
        ErrorCode.UNKNOWN_FEATURE,
        "no view x");
    assertProblem(of("flights:nope", "\"origin\": [1]"), ErrorCode.UNKNOWN_FEATURE, "nope; it has");
    assertProblem(of("nocolon", "\"origin\": [1]"), ErrorCode.INVALID_REQUEST, "nocolon");
    assertProblem(
        of("flights:gate_delay_1h", "\"origin\": [1]"),
        ErrorCode.INVALID_REQUEST,
        "no column gate");
    assertProblem(
        of("flights:gate_delay_1h", "\"gate\": [1], \"x\": [1]"),
        ErrorCode.UNKNOWN_ENTITY,
        "a field x");
    assertProblem(
        of("flights:gate_delay_1h", "\"gate\": [1], \"origin\": []"),
        ErrorCode.INVALID_REQUEST,
        "origin has 0");
    assertProblem(
        of("flights:gate_delay_1h", "\"gate\": 1"), ErrorCode.INVALID_REQUEST, "must be a list");
    assertProblem(
        of("flights:gate_delay_1h", "\"gate\": [1, \"seven\"]"),
        ErrorCode.WRONG_TYPE,
        "row 1: gate is not a value of type INT");
    assertProblem(
        of("flights:gate_delay_1h", "\"gate\": [1], \"departure\": [\"yesterday\"]"),
        ErrorCode.WRONG_TYPE,
        "row 0: departure must be ISO-8601");
  }

  @Test
  void shouldFailWithAProblemWhenRedisIsAway() {
    try (RedisProcess gone = new RedisProcess();
        OnlineStore away = new OnlineStore(gone.uri())) {
      gone.stop();
      OnlineRequest request = parse(of("flights:gate_delay_1h", "\"gate\": [7]"));

      assertThatThrownBy(
              () ->
                  new OnlineRead(away, OnlineReadIT::pipeline)
                      .answer(request)
                      .toCompletableFuture()
                      .join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              ProblemException.class,
              problem -> assertThat(problem.code()).isEqualTo(ErrorCode.REDIS_UNAVAILABLE));
    }
  }

  private void assertProblem(String body, ErrorCode code, String words) {
    assertThatThrownBy(() -> ask(body))
        .isInstanceOfSatisfying(
            ProblemException.class, problem -> assertThat(problem.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  private JsonNode ask(String body) {
    OnlineRequest request = parse(body);
    OnlineRead read = new OnlineRead(store, OnlineReadIT::pipeline);
    OnlineResponse response =
        patiently()
            .ignoreExceptionsMatching(OnlineReadIT::saysThatRedisIsAway)
            .until(() -> read.answer(request).toCompletableFuture().join(), answer -> true);
    try {
      return json(JSON.writeValueAsString(response));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> void untilAnswered(Supplier<CompletionStage<StoreAnswer<T>>> call) {
    patiently().until(() -> call.get().toCompletableFuture().join() instanceof Answered);
  }

  private static boolean saysThatRedisIsAway(Throwable failure) {
    return failure.getCause() instanceof ProblemException problem
        && problem.code() == ErrorCode.REDIS_UNAVAILABLE;
  }

  /** For a Redis that does not answer within the second that it is given. */
  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofMinutes(2));
  }

  private static String of(String feature, String columns) {
    return "{\"features\": [\"" + feature + "\"], \"entities\": {" + columns + "}}";
  }

  private static OnlineRequest parse(String body) {
    return OnlineRequest.parse(body.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<Pipeline> pipeline(String name) {
    return name.equals("flights") ? Optional.of(Flights.PIPELINE) : Optional.empty();
  }

  private static Write write(String entity, String key, String time, double value) {
    return new Write(
        new EntityKey(entity, key), 1, Optional.of(Flights.avro(entity, key, time, value, NOON)));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
