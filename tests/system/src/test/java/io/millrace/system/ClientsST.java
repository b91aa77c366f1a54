package io.millrace.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.local.machine.Installation;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.reconcile.TopicDump;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of docs/guides/clients.md, each with the packages that it names, beside the rain of
 * examples/rain.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Warm
class ClientsST {
  private static final String NAME = "rain";
  private static final List<String> PLACES = List.of("Seattle", "New York");
  private static final Path ROOT = Installation.find().root();
  private static final Path CLIENTS = ROOT.resolve("examples/clients");
  private static final Path INSTALLED = ROOT.resolve(".millrace/clients");

  /** By language, each made once. */
  private static final Map<String, Ended> INSTALLATIONS = new HashMap<>();

  /** What {@code kserve/predict.py} and {@code triton/predict.py} ask for. */
  private static final String EVENINGS =
      """
      {"instances": [
        {"at": "2015-12-31T21:00:00Z", "place": "Seattle", "rain_mm": 4.1, "temp_max": 9.5,
         "temp_min": 4.5, "wind": 3.2, "sky": "rain"},
        {"at": "2015-12-31T21:00:00Z", "place": "New York", "rain_mm": 0.0, "temp_max": 11.1,
         "temp_min": 6.1, "wind": 5.5, "sky": "sun"}]}
      """;

  private static RunningMillrace millrace;
  private static Pipeline rain;

  @TempDir Path folder;

  @BeforeAll
  static void start(RunningMillrace running) throws Exception {
    millrace = running;
    Path example = ROOT.resolve("examples").resolve(NAME);
    rain = RunningMillrace.pipeline(Files.readString(example.resolve("pipeline.yaml")));
    millrace.run("replay", example.toString());
    RunningMillrace.await(
        "monitor's first run has made a champion",
        () ->
            millrace
                .get(millrace.system.url("serving").resolve("/v2/models/rain/ready"))
                .path("ready")
                .asBoolean());
  }

  @AfterAll
  static void delete() throws Exception {
    millrace.delete(NAME);
  }

  @Test
  @Order(1)
  void shouldTakeEventsAndGivePredictionsByTheStockSerdeOfJava() throws Exception {
    String program = CLIENTS.resolve("java/Events.java").toString();
    requireEachOnce(
        "2016-01-01", List.of(Installation.java(), "-cp", stockClassPath(), program, "2016-01-01"));
  }

  @Test
  @Order(2)
  @Tag("python")
  void shouldTakeEventsAndGivePredictionsByConfluentsClientOfPython() throws Exception {
    requireEachOnce("2016-01-02", python("kafka", "events.py", "2016-01-02"));
  }

  @Test
  @Order(3)
  @Tag("go")
  void shouldTakeEventsAndGivePredictionsByFranzGo() throws Exception {
    install("go");
    requireEachOnce("2016-01-03", List.of(INSTALLED.resolve("events").toString(), "2016-01-03"));
  }

  @Test
  @Order(4)
  @Tag("python")
  void shouldGiveFeastWhatTheOnlineDoorAnswers() throws Exception {
    JsonNode door =
        post(
            "transformer",
            "/get-online-features",
            """
            {"features": ["rain:wet_7d"], "entities": {"place": ["Seattle", "New York", "Atlantis"]}}
            """);

    List<String> lines = run(python("feast", "features.py", "Seattle", "New York", "Atlantis"));

    assertThat(door.at("/results/1/values/0").isNumber()).as(door.toString()).isTrue();
    assertThat(lines)
        .containsExactly(
            "Seattle " + door.at("/results/1/values/0"),
            "New York " + door.at("/results/1/values/1"),
            "Atlantis None");
  }

  @Test
  @Order(5)
  @Tag("python")
  void shouldAnswerKServesClientByBothProtocols() throws Exception {
    List<Double> scores = scores();

    List<String> lines = run(python("kserve", "predict.py"));

    assertThat(lines).hasSize(2);
    requireScores("v1", lines.getFirst(), scores);
    requireScores("v2", lines.getLast(), scores);
  }

  @Test
  @Order(6)
  @Tag("python")
  void shouldAnswerTritonsClient() throws Exception {
    List<Double> scores = scores();

    List<String> lines = run(python("triton", "predict.py"));

    assertThat(lines).hasSize(1);
    requireScores("v2", lines.getFirst(), scores);
  }

  @Test
  @Order(7)
  void shouldHaveLostAndDoubledNothing() {
    Reconciliation numbers = millrace.reconcile(rain);
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
  }

  /** Each evening is one record, one example and one prediction, which the program prints. */
  private void requireEachOnce(String date, List<String> command) throws Exception {
    List<String> ids = PLACES.stream().map(place -> place + "/" + date).toList();
    JsonNode before = millrace.counts("validator", NAME);

    List<String> lines = run(command);

    JsonNode after = millrace.counts("validator", NAME);
    for (String count : List.of("/records/evenings", "/examples")) {
      assertThat(after.at(count).asLong()).as(count).isEqualTo(before.at(count).asLong() + 2);
    }
    for (String count : List.of("duplicates", "quarantined")) {
      assertThat(after.path(count)).as(count).isEqualTo(before.path(count));
    }
    Map<String, List<Prediction>> predictions = new PredictionLog(millrace, rain).byExample();
    assertThat(lines)
        .containsExactlyInAnyOrderElementsOf(
            ids.stream()
                .map(
                    id -> {
                      assertThat(predictions.get(id)).as(id).hasSize(1);
                      Prediction only = predictions.get(id).getFirst();
                      return "%s %.6f version %d".formatted(id, only.getScore(), only.getVersion());
                    })
                .toList());
    requireWhereKafkasPartitionerPlaces(ids);
  }

  private static void requireWhereKafkasPartitionerPlaces(List<String> keys) {
    Map<String, Integer> partitions = new HashMap<>();
    TopicDump.read(
        millrace.system.kafka(),
        rain.topicOf(rain.exampleStream()),
        record -> partitions.put(new String(record.key(), UTF_8), record.partition()));
    for (String key : keys) {
      assertThat(partitions.get(key))
          .as("partition of %s", key)
          .isEqualTo(Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % 4);
    }
  }

  private static List<Double> scores() throws Exception {
    List<Double> scores = new ArrayList<>();
    post("serving", "/v1/models/rain:predict", EVENINGS)
        .path("predictions")
        .forEach(score -> scores.add(score.asDouble()));
    assertThat(scores).hasSize(2);
    return scores;
  }

  private static void requireScores(String protocol, String line, List<Double> scores) {
    String[] words = line.split(" ");
    assertThat(words).as(line).hasSize(1 + scores.size()).startsWith(protocol);
    for (int i = 0; i < scores.size(); i++) {
      assertThat(Double.parseDouble(words[1 + i])).as(line).isCloseTo(scores.get(i), offset(1e-6));
    }
  }

  private static JsonNode post(String service, String path, String body) throws Exception {
    var answer =
        millrace.send("POST", millrace.system.url(service).resolve(path), "application/json", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RunningMillrace.JSON.readTree(answer.body());
  }

  private List<String> python(String set, String program, String... arguments) throws Exception {
    install("python");
    List<String> command = new ArrayList<>();
    command.add(INSTALLED.resolve(set).resolve("bin/python").toString());
    command.add(CLIENTS.resolve("python").resolve(set).resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Where packages can't be had, a test is skipped, and says what the installation said. */
  private void install(String language) throws Exception {
    Ended ended = INSTALLATIONS.get(language);
    if (ended == null) {
      ended = start(List.of(CLIENTS.resolve("install").toString(), language));
      INSTALLATIONS.put(language, ended);
    }
    assumeThat(ended.exitCode())
        .as("the packages of the %s clients: %s", language, ended.errors())
        .isZero();
  }

  /** Everything that the stock serde brings, and nothing of ours. */
  private static String stockClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).startsWith(ROOT) && !entry.contains("/io/millrace/"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private List<String> run(List<String> command) throws Exception {
    Ended ended = start(command);
    assertThat(ended.exitCode()).as("%s: %s", command, ended.errors()).isZero();
    return ended.lines();
  }

  private record Ended(int exitCode, List<String> lines, String errors) {}

  private Ended start(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", millrace.system.bootstrapServers());
    for (String neighbour : List.of("registry", "transformer", "serving")) {
      String url = millrace.system.url(neighbour).toString();
      environment.put("MILLRACE_%s_URL".formatted(neighbour.toUpperCase(Locale.ROOT)), url);
    }
    Process process = builder.start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end: " + Files.readString(errors));
    }
    return new Ended(process.exitValue(), Files.readAllLines(output), Files.readString(errors));
  }
}
