package io.millrace.artifacts;

import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.Neighbour.Answer;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * Immutable content below a root. A name, once put, always means the same bytes; readers verify
 * what they read against the reference that an event gave them.
 */
public interface ArtifactStore extends AutoCloseable {
  /** What is put again while it is younger than this keeps its time. */
  Duration YOUNG = Duration.ofHours(1);

  /**
   * A file that is there.
   *
   * @param name relative to the root
   * @param at when it was put last
   */
  record Stored(String name, long bytes, Instant at) {}

  /**
   * The store at the root that is set.
   *
   * @throws IllegalArgumentException when there is none of that scheme, or a setting can't be
   */
  static ArtifactStore of(ClientSettings.Artifacts settings) {
    return "s3".equals(settings.root().getScheme())
        ? new S3ArtifactStore(settings.root(), settings.s3())
        : at(settings.root());
  }

  /**
   * The store at a folder.
   *
   * @param root {@code file:///folder}
   */
  static ArtifactStore at(URI root) {
    if ("file".equals(root.getScheme())) {
      return new FileArtifactStore(Path.of(root));
    }
    throw new IllegalArgumentException(
        "no artifact store for " + root + ": the scheme must be file or s3");
  }

  /**
   * Puts content under a name, all or nothing, durable on return. The same content again changes
   * nothing.
   *
   * @param name relative to the root, parts separated by {@code /}
   * @throws ArtifactException when the name holds other content
   * @throws StoreException when the store refuses us
   * @throws IOException when the store is away, full or read-only
   * @throws IllegalArgumentException when the name would leave the root
   */
  Artifact put(InputStream content, String name) throws IOException;

  default Artifact put(Path file, String name) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      return put(content, name);
    }
  }

  /**
   * Puts content under its own hash: {@code <folder>/<sha256><suffix>}.
   *
   * @param suffix such as {@code .json}
   */
  default Artifact put(byte[] content, String folder, String suffix) throws IOException {
    return put(
        new ByteArrayInputStream(content), folder + "/" + Digest.of(content).sha256() + suffix);
  }

  /**
   * Compares what is stored with what the reference promises; reads all of it.
   *
   * @throws IOException when the store is away
   */
  Verification verify(Artifact artifact) throws IOException;

  /**
   * A local file with the artifact's verified content, which stays until it is closed. It was read
   * whole by this process once, and is again when it has changed.
   *
   * @throws ArtifactException when it is missing or damaged
   * @throws IOException when the store is away
   */
  LocalFile fetch(Artifact artifact) throws IOException;

  /**
   * The artifact's content, verified before the first byte as {@link #fetch} does.
   *
   * @throws ArtifactException when it is missing or damaged
   */
  default InputStream open(Artifact artifact) throws IOException {
    LocalFile file = fetch(artifact);
    try {
      return new FilterInputStream(Files.newInputStream(file.path())) {
        @Override
        public void close() throws IOException {
          try (file) {
            super.close();
          }
        }
      };
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Makes what is there as new as if it were put now, so that nobody deletes it who has listed it
   * before; its content is verified.
   *
   * @throws ArtifactException when it is missing or damaged
   * @throws IOException when the store is away
   */
  void renew(Artifact artifact) throws IOException;

  /**
   * Hands on every file whose name begins with a folder, in no order; links are none. What a writer
   * that was killed has left half written is among them, where the store shows it.
   *
   * @param folder such as {@code flights/parts}; empty for all there are
   * @throws IOException when the store is away, or this is cut off
   * @throws IllegalArgumentException when the folder would leave the root
   */
  void list(String folder, Consumer<Stored> each) throws IOException;

  /**
   * Deletes files as they were listed a moment ago; one that is gone stays gone. What is put again
   * after an hour is as new as if it were put first, so that nobody deletes what somebody else is
   * about to refer to: so the time of each is looked at once more.
   *
   * @param before what was put at this time or later stays
   * @return those that are gone now because of this call
   * @throws IOException when the store is away; some may be gone
   * @throws IllegalArgumentException when a name would leave the root, or is no file's
   */
  List<Stored> delete(List<Stored> files, Instant before) throws IOException;

  /** Whether the store takes us; blocks for some seconds at most. A folder is never asked. */
  default Answer ask() {
    return new Answer.Accepted();
  }

  /** Gives back connections and the place of copies; of a folder, nothing. */
  @Override
  default void close() throws IOException {}
}
