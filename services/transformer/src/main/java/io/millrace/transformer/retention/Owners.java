package io.millrace.transformer.retention;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.artifacts.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Whose files stand below the root. Each system that writes there leaves a mark, once: where there
 * is one of another system, nobody can tell by what is said here that a file is not needed.
 */
final class Owners {
  private static final String FOLDER = ".millrace/owners";
  private static final byte[] TEXT = "A system of Millrace writes here.\n".getBytes(UTF_8);

  private final ArtifactStore store;
  private final Supplier<String> self;

  /**
   * @param self what the system is known by: another one once what was said is lost
   */
  Owners(ArtifactStore store, Supplier<String> self) {
    this.store = store;
    this.self = self;
  }

  /**
   * Leaves the mark of this system, unless it is there.
   *
   * @throws IOException when the store is away, as a folder in which nothing is may be
   */
  void claim() throws IOException {
    SortedSet<String> marks = marks();
    String own = FOLDER + "/" + self.get();
    if (!marks.contains(own)) {
      var unused = store.put(new ByteArrayInputStream(TEXT), own);
    }
  }

  /**
   * The marks of other systems.
   *
   * @throws IOException when the store is away
   */
  SortedSet<String> others() throws IOException {
    SortedSet<String> marks = marks();
    marks.remove(FOLDER + "/" + self.get());
    return marks;
  }

  private SortedSet<String> marks() throws IOException {
    SortedSet<String> marks = new TreeSet<>();
    store.list(FOLDER, stored -> marks.add(stored.name()));
    marks.removeIf(mark -> mark.startsWith(FOLDER + "/.")); // half written
    return marks;
  }
}
