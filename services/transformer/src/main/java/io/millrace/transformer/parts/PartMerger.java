package io.millrace.transformer.parts;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.LocalFile;
import io.millrace.artifacts.ParquetRows;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes one stored file of those of several parts, its rows by time and id. The same parts always
 * give the same file, so that a repetition after a failure finds what is there.
 *
 * @param folder of its own, for files that are being written
 * @param memory how much a merge may take, as DuckDB writes it
 */
record PartMerger(ArtifactStore store, Path folder, String memory) {

  /** Removes what a process that was killed has left half written. */
  void clear() throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> left = Files.walk(folder)) {
        for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
          if (!file.equals(folder)) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  /**
   * What is to be announced in place of the parts.
   *
   * @param parts of one partition and version
   * @param pipeline in that version
   */
  PartWritten merge(List<PartWritten> parts, Pipeline pipeline) throws IOException {
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "merge-", ".parquet");
    List<LocalFile> sources = new ArrayList<>();
    try {
      for (PartWritten part : parts) {
        sources.add(store.fetch(artifact(part)));
      }
      long rows =
          ParquetRows.merge(
              sources.stream().map(LocalFile::path).toList(),
              file,
              pipeline.exampleStream().time(),
              pipeline.exampleStream().id(),
              memory);
      long expected = parts.stream().mapToLong(PartWritten::getRows).sum();
      if (rows != expected) {
        throw new IOException(
            "%d parts from %s on have %,d rows, not %,d"
                .formatted(parts.size(), parts.getFirst().getPart(), rows, expected));
      }
      return stored(parts, file, rows);
    } finally {
      sources.forEach(LocalFile::close);
      Files.deleteIfExists(file);
    }
  }

  private PartWritten stored(List<PartWritten> parts, Path file, long rows) throws IOException {
    PartWritten any = parts.getFirst();
    long first = parts.stream().mapToLong(PartWritten::getFirstOffset).min().orElseThrow();
    long last = parts.stream().mapToLong(PartWritten::getLastOffset).max().orElseThrow();
    String name = PartFiles.name(any.getPartition(), first, last, file);
    Artifact artifact = store.put(file, PartFiles.file(any.getPipeline(), name));
    return PartWritten.newBuilder()
        .setPipeline(any.getPipeline())
        .setPart(name)
        .setVersion(1)
        .setUri(artifact.uri().toString())
        .setSha256(artifact.sha256())
        .setBytes(artifact.bytes())
        .setRows(rows)
        .setPartition(any.getPartition())
        .setFirstOffset(first)
        .setLastOffset(last)
        .setMinTime(
            parts.stream().map(PartWritten::getMinTime).min(Instant::compareTo).orElseThrow())
        .setMaxTime(
            parts.stream().map(PartWritten::getMaxTime).max(Instant::compareTo).orElseThrow())
        .setPipelineVersion(any.getPipelineVersion())
        .setReason(CompactionPlan.COMPACTED)
        .setReplaces(parts.stream().map(PartWritten::getPart).toList())
        .build();
  }

  private static Artifact artifact(PartWritten part) {
    return new Artifact(URI.create(part.getUri()), part.getSha256(), part.getBytes());
  }
}
