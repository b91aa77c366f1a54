package io.millrace.serving.protocol;

import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request that cannot be answered, as both protocols say it. */
public final class InferenceException extends RuntimeException implements Coded {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public InferenceException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  @Override
  public ErrorCode code() {
    return code;
  }

  /** {@code {"error"}} as both protocols have it, with our code beside it. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("error", getMessage());
    json.put("code", code.name());
    return json;
  }
}
