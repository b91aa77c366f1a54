package io.millrace.serving.models;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.List;

/** A model in memory, for any number of threads at once; not to be used once closed. */
public interface Scorer extends AutoCloseable {
  List<OnnxModel.Input> inputs();

  /** The name of the output. */
  String output();

  /** How many numbers the output has for a row. */
  int width();

  /** One number for each row. */
  float[] score(Columns rows);

  @Override
  void close();

  /** Loads a model's file; fails with {@link io.millrace.onnx.session.OnnxModelException}. */
  interface Loading {
    Scorer load(byte[] file);
  }
}
