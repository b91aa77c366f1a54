package io.millrace.serving.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.features.online.OnlineStore;
import io.millrace.fixtures.TemporaryFolder;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.serving.Flights;
import io.millrace.serving.ModelFiles;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Versions come, go and come back while many ask; whatever the order, nobody notices. */
class SwapPropertyTest {
  private static final int ASKING = 4;
  private static final int MOVES = 60;
  private static final ServedPipeline PIPELINE =
      Flights.served(new OnlineStore(URI.create("redis://localhost:1")));

  private List<CheckedScorer> made;

  @BeforeProperty
  void clear() {
    made = new CopyOnWriteArrayList<>();
  }

  @Property(tries = 25)
  void shouldFailNoRequestAndUseNoClosedSessionWhileAliasesMove(@ForAll long seed)
      throws Exception {
    try (TemporaryFolder folder = new TemporaryFolder("swap")) {
      shouldFailNoRequest(ArtifactStore.at(folder.path().toUri()), new Random(seed));
    }
  }

  private void shouldFailNoRequest(ArtifactStore store, Random random) throws Exception {
    ModelFiles files = new ModelFiles(store);
    ServedModel model =
        new ServedModel(
            "flights",
            new ModelLoader(store, file -> scorer()),
            new RecordingObserver(),
            Clock.systemUTC());
    int versions = 5;
    for (int version = 1; version <= versions; version++) {
      model.add(files.version(version, 0, 0));
    }
    long sequence = 1;
    model.add(ModelFiles.champion(1, sequence++));
    boolean unused = model.reconcile(PIPELINE);
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService asking = Executors.newFixedThreadPool(ASKING)) {
      List<Future<Long>> answers = new ArrayList<>();
      for (int i = 0; i < ASKING; i++) {
        answers.add(asking.submit(() -> ask(model, done)));
      }
      for (int move = 0; move < MOVES; move++) {
        model.add(ModelFiles.champion(1 + random.nextInt(versions), sequence++));
        boolean again = model.reconcile(PIPELINE);
      }
      done.set(true);
      for (Future<Long> answer : answers) {
        assertThat(answer.get()).isPositive();
      }
    }
    assertThat(made.stream().filter(scorer -> !scorer.closed.get()))
        .hasSize(model.loadedVersions().size());
    model.close();
    assertThat(made).allMatch(scorer -> scorer.closed.get());
  }

  private static long ask(ServedModel model, AtomicBoolean done) {
    long answered = 0;
    while (!done.get() || answered == 0) {
      try (Lease lease = model.lease(ModelSelector.champion()).orElseThrow()) {
        float[] scores = lease.score(new Columns(1));
        answered += scores.length;
      }
    }
    return answered;
  }

  private Scorer scorer() {
    CheckedScorer scorer = new CheckedScorer();
    made.add(scorer);
    return scorer;
  }

  /** Fails when it is used after it was closed, or closed while it is used. */
  private static final class CheckedScorer implements Scorer {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger using = new AtomicInteger();

    @Override
    public List<OnnxModel.Input> inputs() {
      return List.of();
    }

    @Override
    public String output() {
      return "score";
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public float[] score(Columns rows) {
      using.incrementAndGet();
      try {
        if (closed.get()) {
          throw new AssertionError("used after it was closed");
        }
        Thread.yield();
        if (closed.get()) {
          throw new AssertionError("closed while it was used");
        }
        float[] scores = new float[rows.rows()];
        Arrays.fill(scores, 0.5f);
        return scores;
      } finally {
        using.decrementAndGet();
      }
    }

    @Override
    public void close() {
      if (closed.getAndSet(true) || using.get() != 0) {
        throw new AssertionError("closed twice or in use");
      }
    }
  }
}
