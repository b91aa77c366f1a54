package io.millrace.local.cluster;

/** What the tool's container may take: half of it is heap. */
public enum ToolMemory {
  USUAL("512Mi"),
  /** For DuckDB beside the heap. */
  WITH_EVENTS("1536Mi"),
  /** For what DuckDB compares. */
  WITH_COUNTS("2560Mi");

  private final String quantity;

  ToolMemory(String quantity) {
    this.quantity = quantity;
  }

  String quantity() {
    return quantity;
  }
}
