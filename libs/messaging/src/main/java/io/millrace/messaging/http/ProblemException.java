package io.millrace.messaging.http;

import io.millrace.contracts.errors.Coded;
import io.millrace.contracts.errors.ErrorCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request that cannot be met, with the code and the words for whoever sent it. */
public final class ProblemException extends RuntimeException implements Coded {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, Object> members;

  public ProblemException(ErrorCode code, String detail) {
    this(code, detail, Map.of());
  }

  /**
   * @param members further members of the problem, such as {@code field} and {@code row}
   */
  public ProblemException(ErrorCode code, String detail, Map<String, Object> members) {
    super(detail);
    this.code = code;
    this.members = members;
  }

  @Override
  public ErrorCode code() {
    return code;
  }

  /** The problem as RFC 9457 has it, with {@code code} added. */
  public Map<String, Object> toProblem() {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", code.type());
    problem.put("title", code.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
    problem.put("status", code.status());
    problem.put("detail", getMessage());
    problem.put("code", code.name());
    problem.putAll(members);
    return Collections.unmodifiableMap(problem);
  }
}
