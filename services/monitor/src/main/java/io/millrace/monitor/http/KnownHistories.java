package io.millrace.monitor.http;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.millrace.monitor.history.Histories;
import io.millrace.monitor.history.HistoryReader;
import io.millrace.monitor.history.PipelineHistory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The histories as far as a request may rely on them. */
@ApplicationScoped
public class KnownHistories {
  private final Histories histories;
  private final HistoryReader reader;

  @Inject
  public KnownHistories(Histories histories, HistoryReader reader) {
    this.histories = histories;
    this.reader = reader;
  }

  /**
   * The history of a pipeline.
   *
   * @throws ProblemException when there is none, or it is not known yet whether there is one
   */
  PipelineHistory require(String pipeline) {
    if (!reader.isReady()) {
      throw new ProblemException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "this instance has not read yet what there is; send the request again");
    }
    return histories
        .find(pipeline)
        .orElseThrow(
            () ->
                new ProblemException(
                    ErrorCode.UNKNOWN_PIPELINE, "no pipeline " + pipeline + " was applied"));
  }

  /** The same, with all that has been committed until now. */
  PipelineHistory requireNewest(String pipeline) {
    reader.catchUp();
    return require(pipeline);
  }
}
