package io.millrace.onnx.session;

/** A model that ONNX Runtime can't load or run, or that has another shape than Millrace's. */
public final class OnnxModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OnnxModelException(String message) {
    super(message);
  }

  public OnnxModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
