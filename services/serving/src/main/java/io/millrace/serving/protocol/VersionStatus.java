package io.millrace.serving.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a version of a model stands.
 *
 * @param errorCode a canonical code of gRPC
 * @param errorMessage empty when there is nothing to say
 */
public record VersionStatus(int version, State state, String errorCode, String errorMessage) {

  /** TensorFlow Serving's states of a version. */
  public enum State {
    START,
    LOADING,
    AVAILABLE,
    UNLOADING,
    END
  }

  public static VersionStatus of(int version, State state) {
    return new VersionStatus(version, state, "OK", "");
  }

  /** A version that could not be loaded. */
  public static VersionStatus failed(int version, String message) {
    return new VersionStatus(version, State.END, "UNAVAILABLE", message);
  }

  /** The answer to V1's {@code GET /v1/models/{m}}, TensorFlow Serving's and KServe's in one. */
  public static Map<String, Object> toJson(
      String model, boolean ready, List<VersionStatus> versions) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", model);
    json.put("ready", ready);
    json.put("model_version_status", versions.stream().map(VersionStatus::toJson).toList());
    return json;
  }

  private Map<String, Object> toJson() {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("error_code", errorCode);
    status.put("error_message", errorMessage);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", String.valueOf(version));
    json.put("state", state.name());
    json.put("status", status);
    return json;
  }
}
