package io.millrace.local.cluster;

import io.millrace.local.terminal.CommandFailedException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Files of this machine that a command needs in its pod: sent there as a tar.
 *
 * @param base what their names there are relative to
 * @param files absolute
 */
public record Parcel(Path base, List<Path> files) {
  public static final Parcel EMPTY = new Parcel(Path.of("").toAbsolutePath(), List.of());

  /** Written and read in whole blocks, so that the end is seen while the stream is open. */
  private static final int BLOCK = 10_240;

  public Parcel {
    files = List.copyOf(files);
  }

  /**
   * Names files as they are called here, where the folder is below the working directory, so that
   * what is said of them there is understood here; else from the folder's own name on.
   *
   * @param root the folder that all of them are in
   */
  public static Parcel of(Path root, List<Path> files) {
    return of(root, files, Path.of(""));
  }

  /** Everything in a folder. */
  public static Parcel ofAllIn(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return of(folder, files.filter(Files::isRegularFile).sorted().toList());
    } catch (IOException e) {
      throw new CommandFailedException("the folder %s can't be read: %s".formatted(folder, e), e);
    }
  }

  static Parcel of(Path root, List<Path> files, Path workingDirectory) {
    Path folder = absolute(root);
    Path here = absolute(workingDirectory);
    Path base =
        folder.startsWith(here) ? here : Objects.requireNonNullElse(folder.getParent(), folder);
    return new Parcel(base, files.stream().map(Parcel::absolute).toList());
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** What a file, or a folder around some, is called there. */
  String nameOf(Path path) {
    String name = base.relativize(absolute(path)).toString().replace(File.separatorChar, '/');
    return name.isEmpty() ? "." : name;
  }

  /** All of it, in bytes. */
  long size() {
    return files.stream().mapToLong(Parcel::size).sum();
  }

  void writeTo(OutputStream out) throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, BLOCK, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    for (Path file : files) {
      TarArchiveEntry entry = new TarArchiveEntry(nameOf(file));
      entry.setSize(size(file));
      tar.putArchiveEntry(entry);
      Files.copy(file, tar);
      tar.closeArchiveEntry();
    }
    tar.finish();
    tar.flush();
  }

  /**
   * Writes what was sent into a folder.
   *
   * @throws CommandFailedException when it ends early, or holds anything but new files in the
   *     folder
   */
  public static void unpack(InputStream sent, Path folder) {
    Path root = absolute(folder);
    try {
      TarArchiveInputStream tar = new TarArchiveInputStream(sent, BLOCK, "UTF-8");
      for (Optional<TarArchiveEntry> entry = next(tar); entry.isPresent(); entry = next(tar)) {
        Path file = placeIn(root, entry.get());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(tar, file);
      }
    } catch (IOException e) {
      throw new CommandFailedException("the files were not received: " + e, e);
    }
  }

  private static Optional<TarArchiveEntry> next(TarArchiveInputStream tar) throws IOException {
    return Optional.ofNullable(tar.getNextEntry());
  }

  private static Path placeIn(Path root, TarArchiveEntry entry) {
    Path file = root.resolve(entry.getName()).normalize();
    boolean isPlain = entry.getLinkFlag() == TarConstants.LF_NORMAL && !entry.isDirectory();
    if (!isPlain || !file.startsWith(root) || file.equals(root)) {
      throw new CommandFailedException(entry.getName() + " is no file in a folder, and is refused");
    }
    return file;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
