package io.millrace.validator.topology;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.watermarks.WatermarkHeader;
import io.millrace.validator.checks.NotInFuture;
import io.millrace.validator.checks.Violation;
import io.millrace.validator.counts.Tally;
import io.millrace.validator.messages.Checked;
import io.millrace.validator.messages.Origin;
import io.millrace.validator.messages.Waiting;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Reads, checks and re-keys the records of all streams, and tells how far each has come.
 *
 * <p>A record whose schema can't be had because the registry is away waits in a store while the
 * others go on; its stream's clock waits with it.
 */
@SuppressWarnings("NullAway.Init") // fields are set by init, before any record
final class CheckProcessor extends ContextualProcessor<byte[], byte[], byte[], Checked> {
  private static final Duration SHORTEST_TICK = Duration.ofMillis(100);
  private static final String NO_SCHEMA =
      "the value's schema is not known here, and the registry is away";
  private static final Duration TICK_PER_PARTITION = Duration.ofMillis(5);

  private final ValidatorPlan plan;
  private final Map<String, Source> sources = new HashMap<>();
  private Tally tally;
  private CheckOutput output;

  CheckProcessor(ValidatorPlan plan) {
    this.plan = plan;
  }

  @Override
  public void init(ProcessorContext<byte[], Checked> context) {
    super.init(context);
    tally =
        new Tally(
            context.getStateStore(ValidatorTopology.READ_COUNTS), plan.meters(), plan.pipeline());
    output = new CheckOutput(context, tally, plan.clock());
    int partition = context.taskId().partition();
    sources.clear(); // a revived task is initialised a second time, from what was committed
    for (Input input : plan.inputs()) {
      if (partition < input.sources()) {
        sources.put(
            input.topic(),
            new Source(
                input,
                partition,
                plan.reader(input),
                new WaitingRecords(
                    input.index(), context.getStateStore(ValidatorTopology.WAITING))));
      }
    }
    Duration tick = TICK_PER_PARTITION.multipliedBy(plan.partitions());
    context.schedule(
        tick.compareTo(SHORTEST_TICK) > 0 ? tick : SHORTEST_TICK,
        PunctuationType.WALL_CLOCK_TIME,
        now -> sources.values().forEach(source -> tick(source, now)));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context().recordMetadata().orElseThrow();
    Source source = source(place.topic());
    source.read(place.offset());
    Header mark = record.headers().lastHeader(MillraceHeaders.WATERMARK);
    if (record.value() == null && mark != null && mark(source, mark, record.timestamp())) {
      return;
    }
    tally.add(source.input().records());
    Origin origin = new Origin(place.partition(), place.offset(), record.key());
    if (record.value() == null) {
      output.refuse(
          source,
          record,
          origin,
          Violation.ofRecord(ErrorCode.NO_VALUE, "the record has neither a value nor a watermark"));
    } else if (record.value().length > DataTopic.MOST_EVENT_BYTES) {
      refuseLarge(source, record, origin);
    } else {
      judge(source, record, origin);
    }
  }

  /** Packed it fits into the stream's topic; unpacked it would fit nowhere else. */
  private void refuseLarge(Source source, Record<byte[], byte[]> record, Origin origin) {
    String message =
        "the value takes %d bytes unpacked, of which %d are allowed and kept here"
            .formatted(record.value().length, DataTopic.MOST_EVENT_BYTES);
    byte[] beginning = Arrays.copyOf(record.value(), DataTopic.MOST_EVENT_BYTES);
    output.refuse(
        source,
        record.withValue(beginning),
        origin,
        Violation.ofRecord(ErrorCode.EVENT_TOO_LARGE, message));
  }

  private Source source(String topic) {
    Source source = sources.get(topic);
    if (source == null) {
      throw new IllegalStateException(topic + " has more partitions than when this started");
    }
    return source;
  }

  /** Whether the header was a watermark that can be believed. */
  private boolean mark(Source source, Header mark, long timestamp) {
    return switch (WatermarkHeader.of(mark)) {
      case WatermarkHeader.Idle idle -> true;
      case WatermarkHeader.Malformed malformed -> false;
      case WatermarkHeader.Passed passed -> {
        if (NotInFuture.isInFuture(passed.micros(), plan.clock())) {
          yield false;
        }
        output.tell(source, source.clock().mark(passed.micros()), timestamp);
        yield true;
      }
    };
  }

  private void judge(Source source, Record<byte[], byte[]> record, Origin origin) {
    EventReader.Reading reading;
    try {
      reading = source.reader().read(record.value());
    } catch (RegistryUnavailableException e) {
      if (plan.registry().isPatienceOver()) {
        output.refuse(
            source, record, origin, Violation.ofRecord(ErrorCode.REGISTRY_UNAVAILABLE, NO_SCHEMA));
      } else {
        source.waiting().add(new Waiting(origin, record.headers(), record.value()));
        output.tell(source, source.clock().hold(), record.timestamp());
      }
      return;
    }
    output.forward(source, record, origin, reading);
  }

  private void tick(Source source, long now) {
    if (!source.waiting().isEmpty()) {
      source.waiting().retry(waiting -> readAgain(source, waiting, now));
      if (source.waiting().isEmpty()) {
        source.clock().release();
      }
    }
    output.tell(source, source.clock().tick(source.isDrained(plan.lag())), now);
  }

  /** Whether a waiting record has found its way, be it out of patience. */
  private boolean readAgain(Source source, Waiting waiting, long now) {
    Record<byte[], byte[]> record =
        new Record<>(waiting.origin().key(), waiting.value(), now, waiting.headers());
    try {
      output.forward(source, record, waiting.origin(), source.reader().read(waiting.value()));
      return true;
    } catch (RegistryUnavailableException e) {
      if (plan.registry().isPatienceOver()) {
        output.refuse(
            source,
            record,
            waiting.origin(),
            Violation.ofRecord(ErrorCode.REGISTRY_UNAVAILABLE, NO_SCHEMA));
        return true;
      }
      return false;
    }
  }
}
