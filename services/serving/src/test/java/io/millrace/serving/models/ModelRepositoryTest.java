package io.millrace.serving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.OnlineStore;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.serving.Flights;
import io.millrace.serving.ModelFiles;
import io.millrace.serving.protocol.InferenceException;
import io.millrace.serving.protocol.VersionStatus;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private final RecordingObserver observer = new RecordingObserver();
  private final OnlineStore store = new OnlineStore(URI.create("redis://localhost:1"));
  private final Loads loading = new Loads();
  private ModelFiles files;
  private ModelRepository models;

  @BeforeEach
  void open() {
    ArtifactStore artifacts = ArtifactStore.at(folder.toUri());
    files = new ModelFiles(artifacts);
    models = new ModelRepository(new ModelLoader(artifacts, loading), observer);
  }

  @AfterEach
  void close() {
    models.close();
    store.close();
  }

  @Test
  void shouldServeTheChampionWhicheverComesFirst() {
    assertRefused(ErrorCode.MODEL_NOT_READY);
    models.accept(ModelFiles.champion(1, 1));
    models.accept(files.version(1, -1, 1));
    models.caughtUp();
    models.serve(Flights.served(store));

    awaitLive(1);
    assertThat(models.isReady()).isTrue();
    assertThat(models.models()).containsExactly(Map.entry("flights", true));
    assertThat(models.statuses("flights"))
        .containsExactly(VersionStatus.of(1, VersionStatus.State.AVAILABLE));
  }

  @Test
  void shouldWaitUntilWhatIsLiveIsLoadedAndForNothingAfterwards() throws Exception {
    loading.held = new CountDownLatch(1);
    models.accept(files.version(1, -1, 1));
    models.accept(ModelFiles.champion(1, 1));
    assertThat(toBeLoaded()).isEqualTo("the models are not known yet");
    models.caughtUp();
    await().atMost(PATIENCE).until(() -> toBeLoaded().equals("the pipeline does not run yet"));
    models.serve(Flights.served(store));
    loading.begun.await();
    assertThat(toBeLoaded()).isEqualTo("it is being loaded");

    loading.held.countDown();

    await().atMost(PATIENCE).until(() -> toBeLoaded().equals("nothing"));
    awaitLive(1);
    models.forget("flights");
    models.accept(files.version(2, 2, 1));
    assertThat(toBeLoaded()).as("it has started").isEqualTo("nothing");
  }

  @Test
  void shouldNotWaitForModelsOfNoPipeline() {
    models.accept(files.version(1, -1, 1));
    models.accept(ModelFiles.champion(1, 1));
    models.caughtUp();
    await().atMost(PATIENCE).until(() -> models.toBeLoaded(Set.of("rain")).isEmpty());
  }

  @Test
  void shouldNotWaitForWhatCanNeverBeLoaded() {
    models.accept(files.version(1, files.put("1/model.onnx", ModelFiles.nan()), 0.5));
    models.accept(ModelFiles.champion(1, 1));
    models.accept(ModelFiles.champion(7, 2)); // which was never published
    models.caughtUp();
    models.serve(Flights.served(store));
    await().atMost(PATIENCE).until(() -> toBeLoaded().equals("nothing"));
    assertThat(observer.told).contains("refused 1 MODEL_OUTPUT_NOT_FINITE");
  }

  @Test
  void shouldWaitWhileTheStoreIsAway() throws Exception {
    models.accept(files.version(1, -1, 1));
    models.accept(ModelFiles.champion(1, 1));
    models.accept(files.version(2, files.put("2/model.onnx", ModelFiles.nan()), 0.5));
    models.accept(ModelFiles.champion(2, 2));
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(folder, away);
    models.caughtUp();
    models.serve(Flights.served(store));
    await().atMost(PATIENCE).until(() -> toBeLoaded().startsWith("MODEL_FILE_UNAVAILABLE: "));

    Files.move(away, folder);

    await().atMost(PATIENCE).until(() -> toBeLoaded().equals("nothing"));
    awaitLive(1);
  }

  private String toBeLoaded() {
    return models.toBeLoaded(Set.of("flights")).getOrDefault("flights", "nothing");
  }

  @Test
  void shouldLoadOnlyWhatIsLiveAndTheOneBefore() {
    for (int version = 1; version <= 5; version++) {
      models.accept(files.version(version, version, 1));
      models.accept(ModelFiles.champion(version, version));
    }
    models.caughtUp();
    models.serve(Flights.served(store));

    awaitLive(5);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> models.loadedVersions("flights").equals(List.of(4, 5)));
    assertThat(observer.told).containsExactly("loaded 5", "loaded 4");
  }

  @Test
  void shouldKeepTheOldOneWhenTheNewOneIsBroken() {
    start();
    ArtifactRef nan = files.put("2/model.onnx", ModelFiles.nan());
    models.accept(files.version(2, nan, 0.5));
    models.accept(ModelFiles.champion(2, 2));

    await().atMost(Duration.ofMinutes(2)).until(() -> observer.told.size() == 3);
    assertThat(observer.told)
        .containsExactly(
            "loaded 1",
            "refused 2 MODEL_OUTPUT_NOT_FINITE",
            "alert champion 2 MODEL_OUTPUT_NOT_FINITE live 1");
    awaitLive(1);
    assertThat(models.isReady()).isTrue();
    assertThat(models.statuses("flights"))
        .contains(VersionStatus.of(1, VersionStatus.State.AVAILABLE))
        .anySatisfy(
            status -> {
              assertThat(status.version()).isEqualTo(2);
              assertThat(status.state()).isEqualTo(VersionStatus.State.END);
              assertThat(status.errorMessage()).startsWith("MODEL_OUTPUT_NOT_FINITE: ");
            });

    models.accept(files.version(3, 3, 1));
    models.accept(ModelFiles.champion(3, 3));
    awaitLive(3);
    await().atMost(Duration.ofMinutes(2)).until(() -> observer.told.contains("over champion 2"));
    assertThat(models.loadedVersions("flights")).containsExactly(1, 3);
  }

  @Test
  void shouldGoBackAtOnce() {
    start();
    models.accept(files.version(2, 2, 1));
    models.accept(ModelFiles.champion(2, 2));
    awaitLive(2);

    models.accept(ModelFiles.champion(1, 3));

    awaitLive(1);
    assertThat(observer.told).containsExactly("loaded 1", "loaded 2");
  }

  @Test
  void shouldNotCloseAVersionThatIsInUse() {
    start();
    Lease lease = models.lease("flights", new ModelSelector.Version(1));
    for (int version = 2; version <= 3; version++) {
      models.accept(files.version(version, version, 1));
      models.accept(ModelFiles.champion(version, version));
      awaitLive(version);
    }
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                models
                    .statuses("flights")
                    .contains(VersionStatus.of(1, VersionStatus.State.UNLOADING)));

    assertThat(lease.score(rows())[0]).isEqualTo((float) ModelFiles.sigmoid(-1));
    lease.close();

    assertThat(models.statuses("flights")).contains(VersionStatus.of(1, VersionStatus.State.END));
    assertRefused(new ModelSelector.Version(1), ErrorCode.UNKNOWN_MODEL_VERSION);
  }

  @Test
  void shouldSayWhatIsUnknown() {
    start();

    assertRefused(new ModelSelector.Version(7), ErrorCode.UNKNOWN_MODEL_VERSION);
    assertRefused(new ModelSelector.Alias("challenger"), ErrorCode.UNKNOWN_MODEL_VERSION);
    assertThatThrownBy(() -> models.lease("trains", ModelSelector.champion()))
        .asInstanceOf(type(InferenceException.class))
        .extracting(InferenceException::code)
        .isEqualTo(ErrorCode.UNKNOWN_MODEL);
  }

  @Test
  void shouldForgetADeletedPipelinesModelsAndServeThemAgainWhenItComesBack() {
    start();

    models.forget("flights");
    assertRefused(ErrorCode.UNKNOWN_MODEL);
    models.serve(Flights.served(store));

    awaitLive(1);
  }

  @Test
  void shouldCountOnFromNothingOnceWhatWasSaidOfAModelIsTakenBack() {
    start();

    models.purged("flights");
    await().atMost(PATIENCE).until(() -> models.models().isEmpty());
    assertRefused(ErrorCode.UNKNOWN_MODEL);
    models.purged("flights");
    models.accept(files.version(1, -1, 1));
    models.accept(ModelFiles.champion(1, 1));

    awaitLive(1);
    assertThat(models.statuses("flights"))
        .containsExactly(VersionStatus.of(1, VersionStatus.State.AVAILABLE));
  }

  @Test
  void shouldTryAgainAfterAnError() {
    loading.errors.set(3); // each event leads to a try

    start();

    assertThat(loading.opened).hasValue(1);
  }

  @Test
  void shouldCloseWhatAnErrorKeepsFromBeingServed() {
    loading.unusable.set(1);

    start();

    assertThat(loading.opened).hasValue(2);
    assertThat(loading.closed).hasValue(1);
  }

  @Test
  void shouldWaitForWhatIsBeingLoadedWhenItIsClosedAndCloseIt() throws Exception {
    loading.held = new CountDownLatch(1);
    begin();
    loading.begun.await();

    Thread closer = Thread.ofPlatform().start(models::close);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> closer.getState() == Thread.State.TIMED_WAITING);
    loading.held.countDown();
    closer.join();

    assertThat(loading.opened).hasValue(1);
    assertThat(loading.closed).hasValue(1);
  }

  @Test
  void shouldCloseWhatIsLoadedTooLateForItsClose() throws Exception {
    loading.held = new CountDownLatch(1);
    begin();
    loading.begun.await();

    Thread closer = Thread.ofPlatform().start(models::close);
    closer.interrupt(); // waits no longer for what is being loaded
    closer.join();
    loading.held.countDown();

    await().atMost(Duration.ofMinutes(2)).until(() -> loading.closed.get() == 1);
    assertThat(loading.opened).hasValue(1);
  }

  private void start() {
    begin();
    awaitLive(1);
  }

  private void begin() {
    models.serve(Flights.served(store));
    models.accept(files.version(1, -1, 1));
    models.accept(ModelFiles.champion(1, 1));
    models.caughtUp();
  }

  private void awaitLive(int version) {
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(
            () -> {
              try (Lease lease = models.lease("flights", ModelSelector.champion())) {
                return lease.identity().version() == version;
              }
            });
  }

  private void assertRefused(ErrorCode code) {
    assertRefused(ModelSelector.champion(), code);
  }

  private void assertRefused(ModelSelector selector, ErrorCode code) {
    assertThatThrownBy(() -> models.lease("flights", selector))
        .asInstanceOf(type(InferenceException.class))
        .extracting(InferenceException::code)
        .isEqualTo(code);
  }

  private static Columns rows() {
    return new Columns(1)
        .numbers("miles", new float[] {1})
        .numbers("hour", new float[] {1})
        .numbers("origin_delay_1h", new float[] {Float.NaN})
        .texts("origin", new String[] {"JFK"});
  }

  /** Counts what it opens and what of that is closed. */
  private static final class Loads implements Scorer.Loading {
    final AtomicInteger errors = new AtomicInteger();
    final AtomicInteger unusable = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final CountDownLatch begun = new CountDownLatch(1);
    volatile CountDownLatch held = new CountDownLatch(0);

    @Override
    public Scorer load(byte[] file) {
      begun.countDown();
      boolean interrupted = false;
      while (held.getCount() > 0) {
        interrupted |= Thread.interrupted(); // as native code would: it goes on
        Thread.onSpinWait();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      mayFail(errors);
      opened.incrementAndGet();
      return new Counted(OnnxScorer.loading(1).load(file), this);
    }

    private static void mayFail(AtomicInteger failures) {
      if (failures.getAndDecrement() > 0) {
        throw new OutOfMemoryError("unable to create native thread");
      }
    }
  }

  private static final class Counted extends DelegatingScorer {
    private final Loads loading;

    Counted(Scorer scorer, Loads loading) {
      super(scorer);
      this.loading = loading;
    }

    @Override
    public List<OnnxModel.Input> inputs() {
      Loads.mayFail(loading.unusable);
      return super.inputs();
    }

    @Override
    public void close() {
      super.close();
      loading.closed.incrementAndGet();
    }
  }
}
