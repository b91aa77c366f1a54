package io.millrace.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Artifacts as files below a folder. */
final class FileArtifactStore implements ArtifactStore {
  private final Path root;
  private final VerifiedFiles verified;
  private final Clock clock = Clock.systemUTC();
  private volatile boolean seen;

  FileArtifactStore(Path root) {
    this(root, new VerifiedFiles());
  }

  /**
   * @param verified what is not read again to be handed out
   */
  FileArtifactStore(Path root, VerifiedFiles verified) {
    this.root = root.toAbsolutePath().normalize();
    this.verified = verified;
  }

  @Override
  public Artifact put(InputStream content, String name) throws IOException {
    Path target = resolve(name);
    requireThere();
    Path folder = parentOf(target);
    createFolders(folder);
    seen = true;
    Path temporary = folder.resolve(".put-" + UUID.randomUUID());
    try {
      Digest digest = writeDurably(content, temporary);
      if (!publish(temporary, target)) {
        requireSame(target, digest);
        renew(target);
      }
      syncFolder(folder);
      return new Artifact(target.toUri(), digest.sha256(), digest.bytes());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public Verification verify(Artifact artifact) throws IOException {
    return verify(artifact, Digest::of);
  }

  @Override
  public LocalFile fetch(Artifact artifact) throws IOException {
    return switch (verify(artifact, file -> verified.digest(file, artifact.sha256()))) {
      case Verification.Intact() -> new LocalFile(locate(artifact.uri()), () -> {});
      case Verification.Missing() -> throw ArtifactException.missing(artifact);
      case Verification.Damaged(Digest found) -> throw ArtifactException.damaged(artifact, found);
    };
  }

  @Override
  public void renew(Artifact artifact) throws IOException {
    try (LocalFile file = fetch(artifact)) {
      renew(file.path());
    } catch (NoSuchFileException e) {
      throw ArtifactException.missing(artifact);
    }
  }

  @Override
  public void list(String folder, Consumer<Stored> each) throws IOException {
    Path from = folder.isEmpty() ? root : resolve(folder);
    requireMounted();
    if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    requireOwn(from);
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes of) {
            if (of.isRegularFile()) {
              each.accept(new Stored(name(file), of.size(), of.lastModifiedTime().toInstant()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException && !file.equals(from)) {
              return FileVisitResult.CONTINUE; // deleted meanwhile
            }
            throw e;
          }
        });
  }

  private String name(Path file) {
    StringJoiner name = new StringJoiner("/");
    root.relativize(file).forEach(part -> name.add(part.toString()));
    return name.toString();
  }

  @Override
  public List<Stored> delete(List<Stored> files, Instant before) throws IOException {
    List<Stored> gone = new ArrayList<>();
    for (Stored file : files) {
      if (delete(file.name(), before)) {
        gone.add(file);
      }
    }
    return gone;
  }

  private boolean delete(String name, Instant before) throws IOException {
    Path file = resolve(name);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      requireMounted();
      return false;
    }
    requireOwn(parentOf(file));
    try {
      BasicFileAttributes of =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!of.isRegularFile()) {
        throw new IllegalArgumentException("no file of the artifact store: " + name);
      }
      return of.lastModifiedTime().toInstant().isBefore(before) && Files.deleteIfExists(file);
    } catch (NoSuchFileException e) {
      return false; // somebody else was faster
    }
  }

  /** A folder that is reached through a link belongs to somebody else. */
  private void requireOwn(Path folder) throws IOException {
    Path own = root.toRealPath().resolve(root.relativize(folder));
    if (!folder.toRealPath().equals(own.normalize())) {
      throw outside(folder.toString());
    }
  }

  private void renew(Path target) throws IOException {
    Instant now = clock.instant();
    if (Files.getLastModifiedTime(target).toInstant().isBefore(now.minus(YOUNG))) {
      Files.setLastModifiedTime(target, FileTime.from(now));
    }
  }

  private Verification verify(Artifact artifact, VerifiedFiles.Hash hash) throws IOException {
    Path file = locate(artifact.uri());
    if (!Files.isRegularFile(file)) {
      requireMounted();
      return new Verification.Missing();
    }
    seen = true;
    Digest found = hash.of(file);
    return found.equals(artifact.digest())
        ? new Verification.Intact()
        : new Verification.Damaged(found);
  }

  /** A root that was there is not made anew: what stands in it will come back with it. */
  private void requireThere() throws IOException {
    if (Files.isDirectory(root)) {
      seen = true;
    } else if (seen) {
      throw away();
    }
  }

  /** What is missing while nothing at all is there may only be out of reach, as before a mount. */
  private void requireMounted() throws IOException {
    if (!Files.isDirectory(root)) {
      throw away();
    }
    try (Stream<Path> entries = Files.list(root)) {
      if (entries.findAny().isEmpty()) {
        throw away();
      }
    }
  }

  private IOException away() {
    return new NoSuchFileException(root.toString(), null, "the artifact store is away");
  }

  private static Digest writeDurably(InputStream content, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(channel);
      Digest digest = Digest.copy(content, out);
      channel.force(true);
      return digest;
    }
  }

  /**
   * Whether the target is new. A link, unlike a rename, never replaces what another writer has put
   * there in the meantime.
   */
  private static boolean publish(Path temporary, Path target) throws IOException {
    try {
      Files.createLink(target, temporary);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
  }

  private static void requireSame(Path target, Digest expected) throws IOException {
    Digest found = Digest.of(target);
    if (!found.equals(expected)) {
      throw ArtifactException.other(target.toUri(), found, expected);
    }
  }

  /** New folders are made durable from the top down, so that a file never outlives its folder. */
  private static void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = parentOf(folder);
    createFolders(parent);
    Files.createDirectories(folder);
    syncFolder(parent);
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parentOf(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private Path locate(URI uri) {
    if (!"file".equals(uri.getScheme())) {
      throw outside(uri.toString());
    }
    return within(Path.of(uri), uri.toString());
  }

  private Path resolve(String name) {
    try {
      return within(root.resolve(name), name);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a name for an artifact: " + name, e);
    }
  }

  private Path within(Path path, String asGiven) {
    Path normal = path.normalize();
    if (!normal.equals(path) || !normal.startsWith(root) || normal.equals(root)) {
      throw outside(asGiven);
    }
    return normal;
  }

  private static IllegalArgumentException outside(String asGiven) {
    return new IllegalArgumentException("outside of the artifact store: " + asGiven);
  }
}
