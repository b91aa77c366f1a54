package io.millrace.ingest.wrong;

/** Speaks past the log. */
public final class PrintingDoor {
  void open() {
    System.out.println("open");
  }
}
