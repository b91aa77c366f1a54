package io.millrace.transformer.parts;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.Digest;
import io.millrace.artifacts.ParquetRows;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.transformer.parts.RowBatch.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Turns a batch of rows into a stored file. The same batch always gives the same file, so that a
 * repetition after a failure finds what is there.
 */
final class PartFiles {
  private static final int HASH_CHARACTERS = 12;
  private static final Duration MOST_AWAITED = Duration.ofSeconds(10);

  private final RunnablePipeline pipeline;
  private final IntFunction<Optional<RunnablePipeline>> versions;
  private final SchemaCache schemas;
  private final Path spool;
  private final ArtifactStore store;
  private final Map<Integer, RowForm> forms = new HashMap<>();
  private final Map<Integer, Long> awaited = new HashMap<>();

  /** What the rows of one version are. */
  private record RowForm(RecordDecoder<GenericRecord> decoder, ParquetRows parquet, int timeField) {
    static RowForm of(Pipeline pipeline, SchemaCache schemas) {
      Schema row = PipelineSchemas.of(pipeline).row();
      return new RowForm(
          RecordDecoder.generic(schemas, row),
          new ParquetRows(row),
          row.getField(pipeline.exampleStream().time()).pos());
    }
  }

  /**
   * @param versions the pipeline's other ones, which may have made some of the rows
   */
  PartFiles(
      RunnablePipeline pipeline,
      IntFunction<Optional<RunnablePipeline>> versions,
      SchemaCache schemas,
      Path spool,
      ArtifactStore store) {
    this.pipeline = pipeline;
    this.versions = versions;
    this.schemas = schemas;
    this.spool = spool;
    this.store = store;
  }

  /** Removes what a process that was killed has left half written. */
  void clearSpool() throws IOException {
    if (Files.isDirectory(spool)) {
      try (Stream<Path> left = Files.list(spool)) {
        for (Path file : left.toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * Stores the rows in offset order, those of each version apart, and says what is to be announced;
   * nothing when the batch holds no row. What is none is passed over.
   */
  List<PartWritten> write(RowBatch batch) throws IOException {
    SortedMap<Integer, List<Row>> byVersion =
        batch.rows().stream().collect(groupingBy(Row::version, TreeMap::new, toList()));
    List<PartWritten> parts = new ArrayList<>();
    for (Map.Entry<Integer, List<Row>> rows : byVersion.entrySet()) {
      RowBatch alike = new RowBatch(batch.partition(), batch.nextOffset(), rows.getValue());
      write(alike, rows.getKey()).ifPresent(parts::add);
    }
    return parts;
  }

  private Optional<PartWritten> write(RowBatch batch, int version) throws IOException {
    RowForm form = form(version);
    Files.createDirectories(spool);
    Path file = Files.createTempFile(spool, "part-", ".parquet");
    try {
      LongSummaryStatistics times = new LongSummaryStatistics();
      form.parquet().write(file, decoded(form, batch, times));
      if (times.getCount() == 0) {
        return Optional.empty();
      }
      String part = name(batch.partition(), batch.firstOffset(), batch.lastOffset(), file);
      Artifact artifact = store.put(file, file(pipeline.name(), part));
      return Optional.of(
          PartWritten.newBuilder()
              .setPipeline(pipeline.name())
              .setPart(part)
              .setVersion(1)
              .setUri(artifact.uri().toString())
              .setSha256(artifact.sha256())
              .setBytes(artifact.bytes())
              .setRows(times.getCount())
              .setPartition(batch.partition())
              .setFirstOffset(batch.firstOffset())
              .setLastOffset(batch.lastOffset())
              .setMinTime(CloudEvents.instant(times.getMin()))
              .setMaxTime(CloudEvents.instant(times.getMax()))
              .setPipelineVersion(version)
              .build());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** What a part is called: after its offsets and its content. */
  static String name(int partition, long firstOffset, long lastOffset, Path content)
      throws IOException {
    return "%d-%d-%d-%s"
        .formatted(
            partition,
            firstOffset,
            lastOffset,
            Digest.of(content).sha256().substring(0, HASH_CHARACTERS));
  }

  /** Where a part is stored. */
  static String file(String pipeline, String part) {
    return pipeline + "/parts/" + part + ".parquet";
  }

  /** By the schema that runs where a version isn't known any more, whose rows nobody asks for. */
  private RowForm form(int version) {
    return forms.computeIfAbsent(version, number -> RowForm.of(pipeline(number), schemas));
  }

  private Pipeline pipeline(int version) {
    if (version == pipeline.version()) {
      return pipeline.pipeline();
    }
    Optional<RunnablePipeline> other = versions.apply(version);
    if (other.isEmpty() && version > pipeline.version() && isAwaited(version)) {
      throw new IllegalStateException(
          "version %d of %s isn't known here yet".formatted(version, pipeline.name()));
    }
    return other.orElse(pipeline).pipeline();
  }

  /** What claims to be of a version that never comes is waited for only so long. */
  private boolean isAwaited(int version) {
    long now = System.nanoTime();
    return now - awaited.computeIfAbsent(version, unused -> now) < MOST_AWAITED.toNanos();
  }

  private Iterator<GenericRecord> decoded(
      RowForm form, RowBatch batch, LongSummaryStatistics times) {
    return batch.rows().stream()
        .flatMap(row -> decoded(form, batch.partition(), row, times))
        .iterator();
  }

  private Stream<GenericRecord> decoded(
      RowForm form, int partition, Row row, LongSummaryStatistics times) {
    switch (form.decoder().decode(row.bytes())) {
      case Decoded.Value<GenericRecord>(GenericRecord read, int schema) -> {
        Optional<String> fault = form.parquet().fault(read);
        if (fault.isPresent()) {
          skip(partition, row, ErrorCode.NO_TIME, "a row whose " + fault.get());
        } else if (read.get(form.timeField()) instanceof Long time) {
          times.accept(time);
          return Stream.of(read);
        } else {
          skip(partition, row, ErrorCode.NO_TIME, "a row without a time");
        }
      }
      case Decoded.Failed<GenericRecord> failed ->
          skip(partition, row, failed.code(), failed.message());
    }
    return Stream.empty();
  }

  private void skip(int partition, Row row, ErrorCode code, String message) {
    SkippedRecords.skip(DataTopic.ROWS.of(pipeline.name()), partition, row.offset(), code, message);
  }
}
