package io.millrace.cluster;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Makes, copies and deletes folders of a node, as root. It has nothing but the JDK. */
final class NodeFolders {
  /** The user of the images. */
  private static final int USER = 65532;

  private NodeFolders() {}

  /**
   * Does it, and prints that it is done.
   *
   * @param arguments {@code make FOLDER…}, {@code copy FROM TO} or {@code delete FOLDER}
   */
  public static void main(String[] arguments) throws IOException {
    switch (arguments[0]) {
      case "make" -> {
        for (int i = 1; i < arguments.length; i++) {
          own(Files.createDirectories(Path.of(arguments[i])));
        }
      }
      case "copy" -> copy(Path.of(arguments[1]), Path.of(arguments[2]));
      case "delete" -> delete(Path.of(arguments[1]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("done");
  }

  private static void own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", USER);
    Files.setAttribute(path, "unix:gid", USER);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            return copied(folder);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            return copied(file);
          }

          private FileVisitResult copied(Path path) throws IOException {
            Path copy = to.resolve(from.relativize(path).toString());
            if (!Files.isDirectory(copy)) {
              Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
            own(copy);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path left, IOException failure)
              throws IOException {
            Files.delete(left);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
