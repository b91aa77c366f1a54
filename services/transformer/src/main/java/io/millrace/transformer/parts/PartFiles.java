package io.millrace.transformer.parts;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.Digest;
import io.millrace.artifacts.ParquetRows;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.transformer.parts.RowBatch.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Turns a batch of rows into a stored file. The same batch always gives the same file, so that a
 * repetition after a failure finds what is there.
 */
final class PartFiles {
  private static final int HASH_CHARACTERS = 12;

  private final RunnablePipeline pipeline;
  private final Path spool;
  private final ArtifactStore store;
  private final RecordDecoder<GenericRecord> decoder;
  private final ParquetRows parquet;
  private final int timeField;

  PartFiles(
      RunnablePipeline pipeline,
      Path spool,
      ArtifactStore store,
      Schema rowSchema,
      RecordDecoder<GenericRecord> decoder) {
    this.pipeline = pipeline;
    this.spool = spool;
    this.store = store;
    this.decoder = decoder;
    this.parquet = new ParquetRows(rowSchema);
    this.timeField = rowSchema.getField(pipeline.pipeline().exampleStream().time()).pos();
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
   * Stores the rows in offset order, and says what is to be announced; nothing when the batch holds
   * no row. What is none is passed over.
   */
  Optional<PartWritten> write(RowBatch batch) throws IOException {
    Files.createDirectories(spool);
    Path file = Files.createTempFile(spool, "part-", ".parquet");
    try {
      LongSummaryStatistics times = new LongSummaryStatistics();
      parquet.write(file, decoded(batch, times));
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
              .setPipelineVersion(pipeline.version())
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

  private Iterator<GenericRecord> decoded(RowBatch batch, LongSummaryStatistics times) {
    return batch.rows().stream().flatMap(row -> decoded(batch.partition(), row, times)).iterator();
  }

  private Stream<GenericRecord> decoded(int partition, Row row, LongSummaryStatistics times) {
    switch (decoder.decode(row.bytes())) {
      case Decoded.Value<GenericRecord>(GenericRecord read, int schema) -> {
        Optional<String> fault = parquet.fault(read);
        if (fault.isPresent()) {
          skip(partition, row, ErrorCode.NO_TIME, "a row whose " + fault.get());
        } else if (read.get(timeField) instanceof Long time) {
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
