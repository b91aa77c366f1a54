package io.millrace.artifacts;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file of this machine with an artifact's verified content, to be read only. Once closed, it may
 * be removed.
 */
public final class LocalFile implements AutoCloseable {
  private final Path path;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  LocalFile(Path path, Runnable release) {
    this.path = path;
    this.release = release;
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
