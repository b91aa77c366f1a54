package io.millrace.local.reconcile;

/**
 * Something that must not be.
 *
 * @param where the stream, topic or kind of file
 * @param id of the event, or of the part
 * @param times how often it was found where it was looked for
 */
public record Finding(Kind kind, String where, String id, long times) {
  /** What is wrong. */
  public enum Kind {
    /** It went in and is nowhere. */
    LOST,
    /** It is there more than once. */
    TWICE,
    /** It is there and nothing of the kind went in. */
    PHANTOM,
    /** A part's file is missing, differs from its announcement or cannot be read. */
    DAMAGED
  }
}
