package io.millrace.trainer.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.TransformGraph;
import io.millrace.onnx.trees.TreeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TreeTrainerTest {
  private static final List<FittedTransform> TRANSFORMS =
      List.of(
          new FittedTransform.Identity("x"),
          new FittedTransform.Vocabulary("town", List.of("a", "b", "c"), 1));

  @ParameterizedTest
  @EnumSource(names = {"BINARY", "REGRESSION"})
  void shouldLearnAndExportWhatItLearned(Label.Kind kind) throws Exception {
    Sample train = Sample.of(kind, 1, 4000);
    Sample eval = Sample.of(kind, 2, 2000);
    List<Round> rounds = new ArrayList<>();

    TrainedTrees trees =
        trainer(kind, 1).train(train.rows, Optional.of(eval.rows), 40, 0, rounds::add);

    assertThat(rounds).hasSize(40);
    assertThat(rounds.getLast().eval()).isLessThan(0.8 * rounds.getFirst().eval());
    assertThat(trees.best()).isEqualTo(rounds.getLast());
    byte[] file = TreeModel.build(TRANSFORMS, trees.ensemble(), "score", new TreeMap<>());
    try (OnnxModel model = OnnxModel.load(file, 1);
        OnnxModel transform = OnnxModel.load(TransformGraph.build(TRANSFORMS), 1)) {
      Parity parity = Parity.of(model, transform, trees, eval.raw);
      assertThat(parity.rows()).isEqualTo(2000);
      assertThat(parity.holds()).as(parity.toString()).isTrue();
    }
  }

  @Test
  void shouldGiveEqualTreesWithOneThreadAndWithTwo() throws Exception {
    byte[][] files = new byte[2][];
    for (int threads : new int[] {1, 2}) {
      Sample train = Sample.of(Label.Kind.BINARY, 1, 4000);
      TrainedTrees trees =
          trainer(Label.Kind.BINARY, threads)
              .train(train.rows, Optional.empty(), 10, 0, round -> {});
      files[threads - 1] = TreeModel.build(TRANSFORMS, trees.ensemble(), "score", new TreeMap<>());
    }
    assertThat(files[0]).isEqualTo(files[1]);
  }

  @Test
  void shouldStopEarlyAndKeepTheBestRound() throws Exception {
    Sample train = Sample.of(Label.Kind.BINARY, 1, 300);
    Sample eval = Sample.of(Label.Kind.BINARY, 2, 300);
    List<Round> rounds = new ArrayList<>();

    TrainedTrees trees =
        trainer(Label.Kind.BINARY, 1)
            .train(train.rows, Optional.of(eval.rows), 500, 5, rounds::add);

    assertThat(rounds.size()).isLessThan(500);
    assertThat(trees.best().round()).isEqualTo(rounds.size() - 5);
    assertThat(rounds).allMatch(round -> round.eval() >= trees.best().eval());
  }

  @Test
  void shouldEndBetweenTwoRoundsWhenItIsInterrupted() {
    Sample train = Sample.of(Label.Kind.BINARY, 1, 300);
    assertThatThrownBy(
            () ->
                trainer(Label.Kind.BINARY, 1)
                    .train(
                        train.rows,
                        Optional.empty(),
                        50,
                        0,
                        round -> Thread.currentThread().interrupt()))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void shouldSeeAModelThatPredictsOtherwise() throws Exception {
    Sample train = Sample.of(Label.Kind.BINARY, 1, 1000);
    TreeTrainer trainer = trainer(Label.Kind.BINARY, 1);
    TrainedTrees right = trainer.train(train.rows, Optional.empty(), 10, 0, round -> {});
    TrainedTrees wrong = trainer.train(train.rows, Optional.empty(), 9, 0, round -> {});
    byte[] file = TreeModel.build(TRANSFORMS, wrong.ensemble(), "score", new TreeMap<>());
    try (OnnxModel model = OnnxModel.load(file, 1);
        OnnxModel transform = OnnxModel.load(TransformGraph.build(TRANSFORMS), 1)) {
      assertThat(Parity.of(model, transform, right, train.raw).holds()).isFalse();
    }
  }

  private static TreeTrainer trainer(Label.Kind kind, int threads) {
    return new TreeTrainer(new GradientBoosting(40, 4, 0.2, 10), kind, threads, false, 7);
  }

  private record Sample(Columns raw, LabelledRows rows) {
    static Sample of(Label.Kind kind, long seed, int count) {
      Random random = new Random(seed);
      float[] x = new float[count];
      String[] town = new String[count];
      float[] labels = new float[count];
      for (int i = 0; i < count; i++) {
        x[i] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextGaussian();
        town[i] = String.valueOf((char) ('a' + random.nextInt(5)));
        double truth =
            (Float.isNaN(x[i]) ? 1 : x[i]) + (town[i].charAt(0) - 'c') + random.nextGaussian() / 2;
        labels[i] = kind == Label.Kind.BINARY ? (truth > 0 ? 1 : 0) : (float) truth;
      }
      Columns raw = new Columns(count).numbers("x", x).texts("town", town);
      LabelledRows rows = new LabelledRows(TransformGraph.width(TRANSFORMS));
      try (OnnxModel transform = OnnxModel.load(TransformGraph.build(TRANSFORMS), 1)) {
        rows.add(transform, raw, labels);
      }
      return new Sample(raw, rows);
    }
  }
}
