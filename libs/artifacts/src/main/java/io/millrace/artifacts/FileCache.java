package io.millrace.artifacts;

import io.millrace.contracts.errors.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Copies of artifacts on the local disk, named by their SHA-256, up to a number of bytes. What was
 * not used for longest makes room; after a restart, what was fetched first. What is in use stays.
 *
 * <p>Each process has a folder of its own, which it holds by a lock: the first that no other holds.
 * A copy is trusted once this process has read it and found its hash, until the file changes.
 */
final class FileCache implements AutoCloseable {
  /** Of this process: two locks of one process on a file would not be told apart by all systems. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String TEMPORARY = ".fetch-";

  private final Path folder;
  private final FileChannel lock;
  private final long mostBytes;

  /** Least recently used first. */
  private final Map<String, Copy> copies = new LinkedHashMap<>(16, 0.75f, true);

  private final VerifiedFiles verified = new VerifiedFiles();
  private long bytes;

  private FileCache(Path folder, FileChannel lock, long mostBytes) {
    this.folder = folder;
    this.lock = lock;
    this.mostBytes = mostBytes;
  }

  /**
   * Takes a folder, with what an earlier process has left there.
   *
   * @throws UncheckedIOException when none can be made below the parent
   */
  static FileCache open(Path parent, long mostBytes) {
    Path in = parent.toAbsolutePath().normalize();
    try {
      for (int number = 0; ; number++) {
        Path folder = in.resolve(Integer.toString(number));
        Files.createDirectories(folder);
        if (HELD.add(folder)) {
          Optional<FileChannel> lock = lock(in.resolve(number + ".lock"));
          if (lock.isPresent()) {
            FileCache cache = new FileCache(folder, lock.get(), mostBytes);
            cache.takeStock();
            return cache;
          }
          HELD.remove(folder);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the cache of artifacts can't be kept in " + in, e);
    }
  }

  /** The verified copy of an artifact, if there is one. */
  Optional<LocalFile> find(Artifact artifact) throws IOException {
    Copy copy;
    synchronized (this) {
      copy = copies.get(artifact.sha256());
      if (copy == null) {
        return Optional.empty();
      }
      copy.users++;
    }
    LocalFile file = new LocalFile(path(artifact.sha256()), () -> release(copy));
    try {
      if (isIntact(file.path(), artifact)) {
        return Optional.of(file);
      }
    } catch (IOException e) {
      file.close();
      throw e;
    }
    file.close();
    removeDamaged(artifact.sha256(), copy);
    return Optional.empty();
  }

  /**
   * A file to write to, with so many bytes kept free for it.
   *
   * @throws StoreException when what is in use leaves no room
   */
  Room reserve(long size) throws IOException {
    if (!makeRoom(size)) {
      throw new StoreException(
          ErrorCode.STORE_CACHE_TOO_SMALL,
          "%d bytes do not fit beside the files in use: millrace.artifacts.s3.cache.bytes is %d"
              .formatted(size, mostBytes),
          null);
    }
    return new Room(newFile(), size);
  }

  /** Keeps a file, whose content is known to be right, where there is room; else leaves it. */
  void keep(Path file, Artifact artifact) throws IOException {
    if (makeRoom(artifact.bytes())) {
      try (Room room = new Room(file, artifact.bytes())) {
        room.keep(artifact).close();
      }
    }
  }

  /** A file of our own that is not counted. */
  Path newFile() {
    return folder.resolve(TEMPORARY + UUID.randomUUID());
  }

  /** A file that is being fetched; what was not kept is deleted. */
  final class Room implements AutoCloseable {
    private final Path file;
    private final long size;
    private boolean kept;

    private Room(Path file, long size) {
      this.file = file;
      this.size = size;
    }

    Path file() {
      return file;
    }

    /** The file under its artifact's name, in use; it holds that artifact. */
    LocalFile keep(Artifact artifact) throws IOException {
      synchronized (FileCache.this) {
        Path target = path(artifact.sha256());
        verified.add(file, artifact.sha256());
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        Copy copy = copies.computeIfAbsent(artifact.sha256(), name -> new Copy());
        bytes -= copy.bytes; // another thread may have fetched it too
        copy.bytes = size;
        copy.users++;
        kept = true;
        return new LocalFile(target, () -> release(copy));
      }
    }

    @Override
    public void close() throws IOException {
      if (!kept) {
        synchronized (FileCache.this) {
          bytes -= size;
        }
        Files.deleteIfExists(file);
      }
    }
  }

  /** Counts the bytes as taken when there is room for them. */
  private synchronized boolean makeRoom(long size) throws IOException {
    long unused =
        copies.values().stream().filter(copy -> copy.users == 0).mapToLong(c -> c.bytes).sum();
    if (bytes - unused + size > mostBytes) {
      return false;
    }
    Iterator<Map.Entry<String, Copy>> oldest = copies.entrySet().iterator();
    while (bytes + size > mostBytes) {
      Map.Entry<String, Copy> next = oldest.next();
      if (next.getValue().users == 0) {
        Files.deleteIfExists(path(next.getKey()));
        bytes -= next.getValue().bytes;
        oldest.remove();
      }
    }
    bytes += size;
    return true;
  }

  private boolean isIntact(Path file, Artifact artifact) throws IOException {
    try {
      return verified.digest(file, artifact.sha256()).equals(artifact.digest());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** One that others use stays counted until it is fetched again. */
  private synchronized void removeDamaged(String sha256, Copy copy) throws IOException {
    if (copy.users == 0 && copies.remove(sha256, copy)) {
      Files.deleteIfExists(path(sha256));
      bytes -= copy.bytes;
    }
  }

  private synchronized void release(Copy copy) {
    copy.users--;
  }

  private Path path(String sha256) {
    return folder.resolve(sha256);
  }

  private static Optional<FileChannel> lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(channel);
  }

  private void takeStock() throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found = files.toList();
    }
    Map<Path, BasicFileAttributes> left = new HashMap<>();
    for (Path file : found) {
      if (file.getFileName().toString().startsWith(TEMPORARY)) {
        Files.deleteIfExists(file);
      } else {
        left.put(file, Files.readAttributes(file, BasicFileAttributes.class));
      }
    }
    left.entrySet().stream()
        .sorted(Comparator.comparing(file -> file.getValue().lastModifiedTime()))
        .forEach(
            file -> {
              Copy copy = new Copy();
              copy.bytes = file.getValue().size();
              copies.put(file.getKey().getFileName().toString(), copy);
              bytes += copy.bytes;
            });
    makeRoom(0); // the bound may have been larger
  }

  @Override
  public void close() throws IOException {
    if (lock.isOpen()) {
      lock.close();
      HELD.remove(folder);
    }
  }

  private static final class Copy {
    private long bytes;
    private int users;
  }
}
