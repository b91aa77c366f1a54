package io.millrace.serving.stream;

import static io.millrace.contracts.errors.ErrorCode.KAFKA_REFUSED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.features.online.OnlineStore;
import io.millrace.fuzz.Junk;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.RecordedAlerts;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.TopicAccess;
import io.millrace.onnx.session.Columns;
import io.millrace.serving.FakeRegistry;
import io.millrace.serving.Flights;
import io.millrace.serving.FlightsTopics;
import io.millrace.serving.ModelFiles;
import io.millrace.serving.models.DelegatingScorer;
import io.millrace.serving.models.ModelLoader;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ModelsReader;
import io.millrace.serving.models.OnnxScorer;
import io.millrace.serving.models.RecordingObserver;
import io.millrace.serving.models.Scorer;
import io.millrace.serving.models.ServedPipeline;
import io.millrace.serving.models.StreamModel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(KafkaClusterExtension.class)
class StreamScorerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private final OnlineStore store = new OnlineStore(URI.create("redis://localhost:1"));

  @BrokerConfig(
      name = "authorizer.class.name",
      value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
  @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
  private KafkaCluster cluster;

  private FlightsTopics topics;
  private ModelFiles files;
  private ModelRepository models;
  private final RecordingObserver observer = new RecordingObserver();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final RecordedAlerts alerts = new RecordedAlerts();

  @BeforeEach
  void open() {
    topics = new FlightsTopics(cluster.getBootstrapServers());
    topics.create();
    ArtifactStore artifacts = ArtifactStore.at(folder.toUri());
    files = new ModelFiles(artifacts);
    models =
        new ModelRepository(
            new ModelLoader(
                artifacts, file -> new Breakable(OnnxScorer.loading(1).load(file), broken)),
            observer);
    models.serve(Flights.served(store));
  }

  @AfterEach
  void close() {
    topics.close();
    models.close();
    store.close();
  }

  @Test
  void shouldSkipAndCountWhatCameBeforeTheFirstChampionAndPredictTheRestOnce() {
    models.caughtUp();
    topics.sendVectors(0, 100);
    try (StreamScorer scorer = scorer("one")) {
      await().atMost(PATIENCE).until(() -> counts(0, 100).equals(scorer.counts()));
      publish(1);
      topics.sendVectors(100, 250);

      List<Prediction> predictions = topics.predictions(all -> all.size() >= 150);

      assertThat(ids(predictions)).containsExactlyElementsOf(idsBetween(100, 250));
      assertThat(predictions)
          .allSatisfy(
              prediction -> {
                boolean delayed = Integer.parseInt(prediction.getExampleId()) % 2 == 0;
                assertThat(prediction.getScore())
                    .isCloseTo(ModelFiles.sigmoid(delayed ? 1 : -1), within(1e-6));
                assertThat(prediction.getFeatures())
                    .containsEntry("origin", "JFK")
                    .containsEntry("miles", 475.0)
                    .containsEntry("origin_delay_1h", delayed ? 20.0 : null);
                assertThat(prediction.getFeatureAges())
                    .isEqualTo(delayed ? Map.of("origin_delay_1h", 60_000L) : Map.of());
                assertThat(prediction.getDoor()).isEqualTo("stream");
                assertThat(prediction.getVersion()).isEqualTo(1);
              });
      assertThat(predictions.stream().map(Prediction::getId).distinct()).hasSize(150);
      await().atMost(PATIENCE).until(() -> topics.lag() == 0);
      await().atMost(PATIENCE).until(() -> counts(150, 100).equals(scorer.counts()));
      assertThat(scorer.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldPredictOnceAndGoOnCountingWhenInstancesComeAndGo() {
    publish(1);
    models.caughtUp();
    awaitLive();
    topics.sendVectors(0, 200);
    StreamScorer first = scorer("one");
    topics.predictions(all -> all.size() >= 50);
    try (StreamScorer second = scorer("two")) {
      topics.sendVectors(200, 400);
      first.close();
      topics.sendVectors(400, 600);

      List<Prediction> predictions = topics.predictions(all -> all.size() >= 600);

      assertThat(ids(predictions)).containsExactlyElementsOf(idsBetween(0, 600));
      await().atMost(PATIENCE).until(() -> counts(600, 0).equals(second.counts()));
    }
    try (StreamScorer again = scorer("three")) {
      await().atMost(PATIENCE).until(() -> counts(600, 0).equals(again.counts()));
      assertThat(topics.predictions(all -> true)).hasSizeLessThanOrEqualTo(600);
    }
  }

  @Test
  void shouldPassWatermarksOnBehindThePredictionsThatTheySpeakOf() {
    models.caughtUp();
    topics.sendVectors(0, 100);
    try (StreamScorer scorer = scorer("one")) {
      await().atMost(PATIENCE).until(() -> counts(0, 100).equals(scorer.counts()));
      publish(1);
      topics.sendVectors(100, 300);
      topics.predictions(all -> all.size() >= 200);
    }
    List<List<Integer>> marks = List.of(new ArrayList<>(), new ArrayList<>());
    List<Integer> tooLate = new ArrayList<>();

    topics.readPredictions(
        record -> {
          List<Integer> passed = marks.get(record.partition());
          if (record.value() == null) {
            passed.add(
                Integer.valueOf(
                    new String(
                        record.headers().lastHeader(MillraceHeaders.WATERMARK).value(), UTF_8)));
          } else if (Integer.parseInt(new String(record.key(), UTF_8)) < passed.getLast()) {
            tooLate.add(Integer.valueOf(new String(record.key(), UTF_8)));
          }
        },
        () -> marks.stream().allMatch(passed -> passed.contains(300)));

    List<Integer> sent = IntStream.rangeClosed(1, 30).mapToObj(i -> 10 * i).toList();
    assertThat(marks).containsExactly(sent, sent);
    assertThat(tooLate).isEmpty();
  }

  @Test
  void shouldNotPredictWhatTheModelAnswersWithNoNumber() {
    models.accept(files.version(1, files.put("1/nan.onnx", ModelFiles.nanWhenDelayed()), 0.5));
    models.accept(ModelFiles.champion(1, 1));
    models.caughtUp();
    awaitLive();
    topics.sendVectors(0, 100);
    try (StreamScorer scorer = scorer("one")) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  Map.<String, Object>of("predictions", 50L, "skipped", 0L, "notFinite", 50L)
                      .equals(scorer.counts()));
      publish(2);
      await().atMost(PATIENCE).until(() -> models.loadedVersions("flights").contains(2));
      topics.sendVectors(100, 120);

      List<Prediction> predictions = topics.predictions(all -> all.size() >= 70);

      assertThat(predictions).allSatisfy(p -> assertThat(p.getScore()).isFinite());
      assertThat(ids(predictions))
          .containsExactlyElementsOf(
              IntStream.range(0, 120).filter(id -> id >= 100 || id % 2 == 1).boxed().toList());
      await().atMost(PATIENCE).until(() -> topics.lag() == 0);
      await().atMost(PATIENCE).until(() -> observer.told.contains("finite again, without 1"));
      assertThat(observer.told).contains("not finite 1").doesNotContain("not finite 2");
      assertThat(scorer.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldWaitWhileTheChampionIsNotLoaded() {
    topics.sendVectors(0, 20);
    models.accept(ModelFiles.champion(1, 1));
    models.caughtUp();
    try (StreamScorer scorer = scorer("one")) {
      await().atMost(PATIENCE).until(() -> scorer.state() == State.RUNNING);
      models.accept(files.version(1, -1, 1));

      assertThat(ids(topics.predictions(all -> all.size() >= 20)))
          .containsExactlyElementsOf(idsBetween(0, 20));
      await().atMost(PATIENCE).until(() -> counts(20, 0).equals(scorer.counts()));
    }
  }

  @Test
  void shouldSayThatItFailsAndGoOnOnceItDoesNot() {
    publish(1);
    models.caughtUp();
    awaitLive();
    broken.set(true);
    topics.sendVectors(0, 40);
    try (StreamScorer scorer = scorer("one")) {
      await().atMost(PATIENCE).until(() -> alerts.failure().isPresent());
      assertThat(scorer.state()).isEqualTo(State.FAILED);
      assertThat(scorer.failure()).isEqualTo(alerts.failure());
      PipelineFailure failure = scorer.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.APPLICATION_FAILED);
      assertThat(failure.message()).contains("a bug");
      assertThat(failure.place())
          .hasValueSatisfying(
              place -> assertThat(place.topic()).isEqualTo("millrace.flights.vectors"));

      broken.set(false);

      assertThat(ids(topics.predictions(all -> all.size() >= 40)))
          .containsExactlyElementsOf(idsBetween(0, 40));
      await().atMost(PATIENCE).until(() -> scorer.state() == State.RUNNING);
      await().atMost(PATIENCE).until(alerts::areOver);
      assertThat(scorer.failure()).isEmpty();
      await().atMost(PATIENCE).until(() -> counts(40, 0).equals(scorer.counts()));
    }
  }

  @Test
  void shouldPassOverWhatIsNoVector() {
    publish(1);
    models.caughtUp();
    awaitLive();
    List<byte[]> junk = Junk.values(Flights.VECTOR_ID);
    junk.forEach(topics::sendRaw);
    topics.sendVectors(0, 20);
    topics.sendRaw("not avro".getBytes(UTF_8));
    topics.sendVector(100, Long.MIN_VALUE);
    topics.sendVector(101, Long.MAX_VALUE);
    topics.sendVectors(20, 40);
    try (StreamScorer scorer = scorer("one")) {
      assertThat(ids(topics.predictions(all -> all.size() >= 40)))
          .containsExactlyElementsOf(idsBetween(0, 40));
      await().atMost(PATIENCE).until(() -> counts(40, junk.size() + 3).equals(scorer.counts()));
      assertThat(scorer.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldSayThatItsTopicIsRefusedAndGoOnByItself() throws Exception {
    publish(1);
    models.caughtUp();
    awaitLive();
    topics.sendVectors(0, 20);
    try (StreamScorer scorer = scorer("one");
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.getBootstrapServers()))) {
      await().atMost(PATIENCE).until(() -> counts(20, 0).equals(scorer.counts()));
      TopicAccess.deny(admin, DataTopic.PREDICTIONS.of("flights"));
      topics.sendVectors(20, 40);

      await()
          .atMost(PATIENCE)
          .until(
              () -> scorer.failure().map(PipelineFailure::code).equals(Optional.of(KAFKA_REFUSED)));
      assertThat(scorer.state()).isEqualTo(State.STARTING);
      await()
          .atMost(PATIENCE)
          .until(
              () -> alerts.failure().map(PipelineFailure::code).equals(Optional.of(KAFKA_REFUSED)));

      TopicAccess.allow(admin, DataTopic.PREDICTIONS.of("flights"));
      await().atMost(PATIENCE).until(() -> scorer.state() == State.RUNNING);
      assertThat(scorer.failure()).isEmpty();
      await().atMost(PATIENCE).until(alerts::areOver);
      assertThat(ids(topics.predictions(all -> all.size() >= 40)))
          .containsExactlyElementsOf(idsBetween(0, 40));
    }
  }

  @Test
  void shouldHearOfModelsBehindJunk() {
    topics.sendJunkModels();
    topics.send(files.version(1, -1, 1));
    topics.send(ModelFiles.champion(1, 1));
    try (ModelsReader reader =
        new ModelsReader(
            KafkaClients.at(cluster.getBootstrapServers()),
            new SchemaCache(new FakeRegistry()),
            models)) {
      reader.start();
      await().atMost(PATIENCE).until(() -> live() == 1);

      topics.sendJunkModels();
      topics.send(files.version(2, -1, 1));
      topics.send(ModelFiles.champion(2, 2));

      await().atMost(PATIENCE).until(() -> live() == 2);
    }
  }

  /** The version that the stream predicts with; 0 while there is none. */
  private int live() {
    if (models.forStream("flights") instanceof StreamModel.Live(var lease)) {
      try (lease) {
        return lease.identity().version();
      }
    }
    return 0;
  }

  private void publish(int version) {
    models.accept(files.version(version, -1, 1));
    models.accept(ModelFiles.champion(version, version));
    if (models.isReady()) {
      awaitLive();
    }
  }

  private void awaitLive() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              if (models.forStream("flights") instanceof StreamModel.Live(var lease)) {
                lease.close();
                return true;
              }
              return false;
            });
  }

  /**
   * A model goes on with what it was trained on: what it can make of the example itself is made, a
   * window that nobody looks up any more is missing, and says so.
   */
  @Test
  void shouldNotFeedAModelWithWhatMeansSomethingElse() {
    ServedPipeline changed = Flights.served(store, Flights.changed(4));
    models.serve(changed);
    publish(1);
    models.caughtUp();
    awaitLive();
    topics.sendVectors(0, 100);
    try (StreamScorer scorer = scorer("one", changed)) {
      List<Prediction> predictions = topics.predictions(all -> all.size() >= 100);

      assertThat(ids(predictions)).containsExactlyElementsOf(idsBetween(0, 100));
      assertThat(predictions)
          .allSatisfy(
              prediction -> {
                assertThat(prediction.getFeatures())
                    .containsEntry("hour", 12.0)
                    .containsEntry("origin_delay_1h", null);
                assertThat(prediction.getIncomplete()).isTrue();
                assertThat(prediction.getScore()).isCloseTo(ModelFiles.sigmoid(-1), within(1e-6));
              });
      assertThat(observer.told)
          .as("what can be made of the example is made")
          .contains("other meaning 1 [origin_delay_1h]");

      models.serve(Flights.served(store));

      await().atMost(PATIENCE).until(() -> observer.told.contains("same meaning"));
    }
  }

  private StreamScorer scorer(String instance) {
    return scorer(instance, Flights.served(store));
  }

  private StreamScorer scorer(String instance, ServedPipeline pipeline) {
    StreamScorer scorer =
        new StreamScorer(
            new StreamSettings(KafkaClients.at(cluster.getBootstrapServers()), instance, 30),
            pipeline,
            models,
            new SchemaCache(new FakeRegistry()),
            new SimpleMeterRegistry(),
            Clock.systemUTC(),
            alerts.watch());
    scorer.start();
    return scorer;
  }

  private static Map<String, Object> counts(long predictions, long skipped) {
    return Map.of("predictions", predictions, "skipped", skipped, "notFinite", 0L);
  }

  private static List<Integer> ids(List<Prediction> predictions) {
    return predictions.stream().map(p -> Integer.valueOf(p.getExampleId())).sorted().toList();
  }

  private static List<Integer> idsBetween(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** Meets a bug for as long as it is broken. */
  private static final class Breakable extends DelegatingScorer {
    private final AtomicBoolean broken;

    Breakable(Scorer scorer, AtomicBoolean broken) {
      super(scorer);
      this.broken = broken;
    }

    @Override
    public float[] score(Columns rows) {
      if (broken.get()) {
        throw new IllegalStateException("a bug");
      }
      return super.score(rows);
    }
  }
}
