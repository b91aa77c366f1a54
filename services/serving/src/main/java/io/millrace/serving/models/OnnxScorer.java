package io.millrace.serving.models;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.List;

/** A model in ONNX Runtime. */
public record OnnxScorer(OnnxModel model) implements Scorer {

  /**
   * Loads models.
   *
   * @param threads that one run may use
   */
  public static Loading loading(int threads) {
    return file -> new OnnxScorer(OnnxModel.load(file, threads));
  }

  @Override
  public List<OnnxModel.Input> inputs() {
    return model.inputs();
  }

  @Override
  public String output() {
    return model.output();
  }

  @Override
  public int width() {
    return model.width();
  }

  @Override
  public float[] score(Columns rows) {
    return model.run(rows).values();
  }

  @Override
  public void close() {
    model.close();
  }
}
