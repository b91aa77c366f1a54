package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.cluster.Parcel;
import io.millrace.local.replay.files.StreamFile;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a replay finds its files.
 *
 * @param pipelineFile describes the pipeline
 * @param data holds the files of the streams
 * @param only the one file to replay, when one was named
 */
record ReplayFolder(Path pipelineFile, Path data, Optional<Path> only) {
  private static final String PIPELINE = "pipeline.yaml";
  private static final String DATA = "data";

  /** A folder with pipeline.yaml and data/, that file itself, or one file of its data. */
  static ReplayFolder of(Path path) {
    if (!Files.exists(path)) {
      throw new CommandFailedException("there is no " + path);
    }
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      return new ReplayFolder(absolute.resolve(PIPELINE), dataOf(absolute), Optional.empty());
    }
    Path folder = Objects.requireNonNull(absolute.getParent());
    if (!StreamFile.isData(absolute)) {
      return new ReplayFolder(absolute, dataOf(folder), Optional.empty());
    }
    Path pipeline =
        folder.endsWith(DATA) ? folder.resolveSibling(PIPELINE) : folder.resolve(PIPELINE);
    return new ReplayFolder(pipeline, folder, Optional.of(absolute));
  }

  /**
   * The files to replay, in the order of the pipeline's streams.
   *
   * @throws CommandFailedException when a stream's is not there, unless one file was named
   */
  List<StreamFile> files(Pipeline pipeline) {
    return only.map(path -> List.of(StreamFile.named(path, pipeline)))
        .orElseGet(() -> StreamFile.in(data, pipeline));
  }

  /** The pipeline file and what is replayed of the data, to be replayed elsewhere. */
  Parcel parcel(Pipeline pipeline) {
    return parcel(
        Stream.concat(Stream.of(pipelineFile), files(pipeline).stream().map(StreamFile::path)));
  }

  /** The same without the file, for a pipeline that is known there alone. */
  Parcel parcel() {
    if (only.isPresent()) {
      return parcel(only.stream());
    }
    try (Stream<Path> files = Files.list(data)) {
      return parcel(files.filter(StreamFile::isData).sorted());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Parcel parcel(Stream<Path> files) {
    return Parcel.of(Objects.requireNonNull(pipelineFile.getParent()), files.toList());
  }

  private static Path dataOf(Path folder) {
    Path data = folder.resolve(DATA);
    return Files.isDirectory(data) ? data : folder;
  }
}
