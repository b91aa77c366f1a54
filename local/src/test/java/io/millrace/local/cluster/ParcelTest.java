package io.millrace.local.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.terminal.CommandFailedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParcelTest {
  @TempDir Path here;
  @TempDir Path there;

  @Test
  void shouldBringFilesUnderTheNamesTheyHaveBelowTheWorkingDirectory() throws Exception {
    Path folder = here.resolve("examples/flights");
    Path pipeline = write(folder.resolve("pipeline.yaml"), "a: é");
    Path data = write(folder.resolve("data/" + "long".repeat(50) + ".csv"), "x".repeat(100_000));
    write(folder.resolve("data/other.csv"), "not named");
    Parcel parcel = Parcel.of(folder, List.of(pipeline, data), here);

    Parcel.unpack(new ByteArrayInputStream(tar(parcel)), there);

    assertThat(parcel.nameOf(folder)).isEqualTo("examples/flights");
    assertThat(there.resolve("examples/flights/pipeline.yaml")).hasSameBinaryContentAs(pipeline);
    assertThat(there.resolve(parcel.nameOf(data))).hasSameBinaryContentAs(data);
    assertThat(there.resolve("examples/flights/data/other.csv")).doesNotExist();
    assertThat(parcel.size()).isEqualTo(100_005);
  }

  @Test
  void shouldNameFilesFromTheirFolderOnWhereItIsElsewhere() {
    Path folder = here.resolve("a/flights");
    Parcel parcel = Parcel.of(folder, List.of(folder.resolve("pipeline.yaml")), there);

    assertThat(parcel.nameOf(folder)).isEqualTo("flights");
    assertThat(parcel.nameOf(folder.resolve("data/x.csv"))).isEqualTo("flights/data/x.csv");
  }

  @Test
  void shouldNameTheWorkingDirectoryItself() {
    Parcel parcel = Parcel.of(here, List.of(here.resolve("pipeline.yaml")), here);

    assertThat(parcel.nameOf(here)).isEqualTo(".");
    assertThat(parcel.nameOf(here.resolve("pipeline.yaml"))).isEqualTo("pipeline.yaml");
  }

  @Test
  void shouldSeeTheEndWhileTheStreamIsOpen() throws Exception {
    Path file = write(here.resolve("one.csv"), "1");
    InputStream open =
        new SequenceInputStream(
            new ByteArrayInputStream(tar(Parcel.of(here, List.of(file), here))),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("this would wait for ever");
              }
            });

    Parcel.unpack(open, there);

    assertThat(there.resolve("one.csv")).hasContent("1");
  }

  @Test
  void shouldRefuseWhatIsNoFileInTheFolder() throws Exception {
    for (String name : List.of("../outside", "a/../../outside", there + "-outside", ".", "a/..")) {
      assertThatThrownBy(() -> Parcel.unpack(new ByteArrayInputStream(tarOf(file(name))), there))
          .as(name)
          .isInstanceOf(CommandFailedException.class)
          .hasMessageEndingWith("is no file in a folder, and is refused");
    }
    for (byte kind :
        new byte[] {
          TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_DIR, TarConstants.LF_FIFO
        }) {
      TarArchiveEntry link = new TarArchiveEntry("link", kind);
      link.setLinkName("/etc");
      assertThatThrownBy(() -> Parcel.unpack(new ByteArrayInputStream(tarOf(link)), there))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageEndingWith("is no file in a folder, and is refused");
    }
    assertThat(there.getParent().resolve("outside")).doesNotExist();
    assertThat(there).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAFileThatComesTwice() {
    assertThatThrownBy(
            () -> Parcel.unpack(new ByteArrayInputStream(tarOf(file("a"), file("a"))), there))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith("the files were not received: ");
  }

  @Test
  void shouldSayThatItEndedEarly() throws Exception {
    Path file = write(here.resolve("one.csv"), "x".repeat(10_000));
    byte[] whole = tar(Parcel.of(here, List.of(file), here));

    assertThatThrownBy(
            () -> Parcel.unpack(new ByteArrayInputStream(Arrays.copyOf(whole, 5_000)), there))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith("the files were not received: ");
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static byte[] tar(Parcel parcel) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    parcel.writeTo(bytes);
    return bytes.toByteArray();
  }

  private static TarArchiveEntry file(String name) {
    return new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
  }

  private static byte[] tarOf(TarArchiveEntry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (TarArchiveEntry entry : entries) {
        if (entry.getName().equals("a")) {
          entry.setSize(1);
          tar.putArchiveEntry(entry);
          tar.write("1".getBytes(UTF_8));
        } else {
          tar.putArchiveEntry(entry);
        }
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
