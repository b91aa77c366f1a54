package io.millrace.serving.models;

import io.millrace.onnx.session.Columns;

/** The use of a loaded version, which is not closed before this is. */
public interface Lease extends AutoCloseable {
  ModelIdentity identity();

  /** One number for each row. */
  float[] score(Columns rows);

  @Override
  void close();
}
