package io.millrace.local.images;

import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** The commit that is checked out. */
record Revision(String id, Instant time) {
  /** Nothing where the sources are in no Git repository. */
  static Optional<Revision> of(Path root) {
    List<String> log = List.of("git", "-C", root.toString(), "log", "-1", "--format=%H %cI");
    return new ExternalCommand(log)
        .output()
        .map(line -> line.strip().split(" "))
        .map(words -> new Revision(words[0], OffsetDateTime.parse(words[1]).toInstant()));
  }
}
