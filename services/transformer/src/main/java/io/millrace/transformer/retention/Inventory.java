package io.millrace.transformer.retention;

import java.util.List;
import java.util.Map;

/**
 * What a pipeline keeps, and what goes.
 *
 * @param retention as its file says, by what is kept
 * @param held why nothing goes, or why it went no further; empty when nothing speaks against it
 * @param done whether all that goes is gone
 * @param folders by name
 */
record Inventory(
    String pipeline,
    Map<String, String> retention,
    List<Hold> held,
    boolean done,
    Map<String, Folder> folders) {

  /** Files. */
  record Count(long files, long bytes) {
    static final Count NONE = new Count(0, 0);

    Count and(long more) {
      return new Count(files + 1, bytes + more);
    }
  }

  /**
   * A folder of the pipeline.
   *
   * @param kept by reason
   * @param young nothing refers to them, and they were put too lately to go
   * @param goes nothing refers to them; they are there still
   * @param gone nothing referred to them
   */
  record Folder(Map<String, Count> kept, Count young, Count goes, Count gone) {}
}
