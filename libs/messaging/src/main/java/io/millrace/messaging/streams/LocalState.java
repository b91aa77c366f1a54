package io.millrace.messaging.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka Streams keeps of changelogs on this machine's disk. A pipeline that begins anew has
 * changelogs that begin anew under the same names: a process that was down meanwhile would take
 * what it kept of the old ones for a beginning of the new ones. So each beginning has a folder of
 * its own.
 *
 * @param folder holds that of all applications
 */
public record LocalState(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);
  private static final String SINCE = "since-";

  /**
   * The state folder of applications whose pipelines last began anew with a version; 0 when never.
   */
  Path since(int version) {
    return version == 0 ? folder : folder.resolve(SINCE + version);
  }

  /** Removes what an application has kept. */
  public void remove(String application) {
    folders().forEach(each -> removeAll(each.resolve(application)));
  }

  /** Removes what an application has kept of other beginnings than one. */
  public void removeAllBut(String application, int since) {
    folders().stream()
        .filter(each -> !each.equals(since(since)))
        .forEach(each -> removeAll(each.resolve(application)));
  }

  private List<Path> folders() {
    List<Path> all = new ArrayList<>(List.of(folder));
    try (DirectoryStream<Path> more = Files.newDirectoryStream(folder, SINCE + "*")) {
      more.forEach(all::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      LOG.warn("folder={} can't be looked through for old state: {}", folder, e.toString());
    }
    return all;
  }

  /** What can't be removed is read by nobody; the next start tries again. */
  private static void removeAll(Path tree) {
    if (!Files.isDirectory(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      LOG.info("folder={} removed, with the state of a pipeline that is no more", tree);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("folder={} can't be removed: {}", tree, e.toString());
    }
  }
}
