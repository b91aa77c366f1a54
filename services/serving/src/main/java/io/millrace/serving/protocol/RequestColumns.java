package io.millrace.serving.protocol;

import io.millrace.contracts.errors.ErrorCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request brings, whatever its protocol: columns of one length.
 *
 * @param rows at least one
 * @param columns by name: Long, Double, Boolean or String, null for missing; numbers are finite
 */
public record RequestColumns(int rows, Map<String, List<@Nullable Object>> columns) {
  public RequestColumns {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  static void checkRows(long rows, int maxRows) {
    if (rows == 0) {
      throw new InferenceException(ErrorCode.EMPTY_BATCH, "the request holds no row");
    }
    if (rows > maxRows) {
      throw new InferenceException(
          ErrorCode.BATCH_TOO_LARGE, "%d rows; at most %d at once".formatted(rows, maxRows));
    }
  }
}
