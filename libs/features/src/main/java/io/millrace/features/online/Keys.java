package io.millrace.features.online;

/** The names in Redis, which other tools may rely on; the README documents them. */
record Keys(String pipeline) {
  /** Changes with the form of the values, so that a new form fills itself anew. */
  private static final String PREFIX = "millrace:1:";

  String panes(EntityKey key) {
    return PREFIX + pipeline + ":panes:" + key;
  }

  String watermarks() {
    return PREFIX + pipeline + ":watermarks";
  }

  String logs() {
    return PREFIX + pipeline + ":logs";
  }

  String all() {
    return PREFIX + pipeline + ":*";
  }
}
