package io.millrace.serving.models;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.List;

/** Does what another one does, but for what a test wants otherwise. */
public class DelegatingScorer implements Scorer {
  private final Scorer scorer;

  public DelegatingScorer(Scorer scorer) {
    this.scorer = scorer;
  }

  @Override
  public List<OnnxModel.Input> inputs() {
    return scorer.inputs();
  }

  @Override
  public String output() {
    return scorer.output();
  }

  @Override
  public int width() {
    return scorer.width();
  }

  @Override
  public float[] score(Columns rows) {
    return scorer.score(rows);
  }

  @Override
  public void close() {
    scorer.close();
  }
}
