package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk in memory, at a folder that is there; takes root. */
final class SmallDisk implements AutoCloseable {
  private static final int MIB = 1 << 20;

  private final Path folder;
  private final Path ballast;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.ballast = folder.resolve("ballast");
  }

  /** One of 16 MiB, with nothing in it. */
  static SmallDisk at(Path folder) throws Exception {
    return at(folder, "16m");
  }

  /**
   * @param size such as {@code 900m}
   */
  static SmallDisk at(Path folder, String size) throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", folder.toString());
    return new SmallDisk(folder);
  }

  /** To the last byte. */
  void fill() throws IOException {
    byte[] zeros = new byte[MIB];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(zeros);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
  }

  /** There is room again. */
  void empty() throws IOException {
    Files.delete(ballast);
  }

  /** From now on nothing can be written. */
  void lock() throws Exception {
    run("mount", "-o", "remount,ro", folder.toString());
  }

  void unlock() throws Exception {
    run("mount", "-o", "remount,rw", folder.toString());
  }

  /** Gone at once, whoever still reads from it. */
  @Override
  public void close() throws Exception {
    run("umount", "--lazy", folder.toString());
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + said).isZero();
  }
}
