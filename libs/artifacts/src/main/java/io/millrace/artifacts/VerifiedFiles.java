package io.millrace.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Files that this process has read whole and found to be what was promised. They are not read again
 * until they change. What was not asked for longest is forgotten first.
 */
final class VerifiedFiles {
  /** Takes about 25 MB. */
  private static final int MOST = 100_000;

  /** Reads a file whole. */
  interface Hash {
    Digest of(Path file) throws IOException;
  }

  private final Hash hash;

  /** By SHA-256, least recently asked for first. */
  private final Map<String, Stamp> verified;

  VerifiedFiles() {
    this(MOST, Digest::of);
  }

  /**
   * @param most how many files are remembered
   */
  VerifiedFiles(int most, Hash hash) {
    this.hash = hash;
    this.verified =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Stamp> eldest) {
            return size() > most;
          }
        };
  }

  /**
   * What a file holds; it is read only when this process has not read it as it is now.
   *
   * @param promised the SHA-256 that it should have
   */
  Digest digest(Path file, String promised) throws IOException {
    Stamp now = Stamp.of(file);
    if (now.equals(known(promised))) {
      return new Digest(promised, now.size);
    }
    Digest found = hash.of(file);
    if (found.sha256().equals(promised)) {
      add(promised, now);
    }
    return found;
  }

  /** Takes a file, whose content is known to be right, as read. */
  void add(Path file, String sha256) throws IOException {
    add(sha256, Stamp.of(file));
  }

  private synchronized @Nullable Stamp known(String sha256) {
    return verified.get(sha256);
  }

  private synchronized void add(String sha256, Stamp stamp) {
    verified.put(sha256, stamp);
  }

  /**
   * What of a file changes when its content does.
   *
   * @param identity its device and inode, or its path where a file system has none
   */
  private record Stamp(long size, long modifiedNanos, Object identity) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
      Object key = of.fileKey();
      return new Stamp(
          of.size(), of.lastModifiedTime().to(TimeUnit.NANOSECONDS), key == null ? file : key);
    }
  }
}
