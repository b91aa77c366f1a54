package io.millrace.messaging.parts;

import io.millrace.contracts.control.PartWritten;

/** Who goes by which parts there are, told in the order of {@code millrace.datasets}. */
public interface PartTaker {
  /**
   * A part is announced. Those that it replaces are gone with the same word, so that no row counts
   * twice, nor ever not at all.
   *
   * @return whether it changes anything
   */
  boolean accept(PartWritten part);

  /**
   * A part is taken back; so is that of a lower version.
   *
   * @return whether it changes anything
   */
  boolean delete(PartKey part);

  /** All that was said of a pipeline's parts counts no more. */
  void purge(String pipeline);
}
