package io.millrace.onnx.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime in this process. From 1.29 on it sends telemetry to Microsoft, of the process as it
 * starts and of each session, unless {@code ORT_DISABLE_TELEMETRY} is in the environment by then
 * (<a href="https://github.com/microsoft/onnxruntime/pull/27379">27379</a>).
 */
final class OnnxEnvironment {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxEnvironment.class);
  private static final String SILENCE = "ORT_DISABLE_TELEMETRY";
  private static final OrtEnvironment SILENT = silent();

  private OnnxEnvironment() {}

  private static OrtEnvironment silent() {
    if (!"1".equals(System.getenv(SILENCE))) {
      LOG.warn(
          "ONNX Runtime tells Microsoft that it starts; {}=1 in the environment keeps it silent",
          SILENCE);
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try {
      environment.setTelemetry(false);
    } catch (OrtException e) {
      LOG.warn("ONNX Runtime's telemetry can't be switched off: {}", e.getMessage());
    }
    return environment;
  }

  static OrtEnvironment get() {
    return SILENT;
  }
}
