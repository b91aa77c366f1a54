package io.millrace.transformer.stream;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.messaging.watermarks.PeerWatermarks;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.transformer.stream.EntityPanes.Announcement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the panes of its entities and answers each look-up once every upstream task has passed the
 * last pane boundary before its time, so that nothing that was known by then is missing.
 */
final class PaneProcessor implements Processor<String, byte[], String, PaneOutput> {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration ANNOUNCE_INTERVAL = Duration.ofMillis(500);
  private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(1);

  /** How long a look-up of the present waits; one of the past waits as long as it takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Event time this close to now is the present. */
  private static final Duration PRESENT = Duration.ofMinutes(1);

  /** Where in the task's store stands how far the upstream tasks are. */
  static final String KEY = "tasks";

  private final JoinPlan plan;
  private ProcessorContext<String, PaneOutput> context;
  private KeyValueStore<Bytes, byte[]> entities;
  private KeyValueStore<String, byte[]> store;
  private byte form;
  private EntityPanes panes;
  private LookUps lookUps;
  private PeerWatermarks watermarks = new PeerWatermarks();
  private long announced = Watermarks.NONE;
  private boolean begun;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  PaneProcessor(JoinPlan plan) {
    this.plan = plan;
  }

  @Override
  public void init(ProcessorContext<String, PaneOutput> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> entities = context.getStateStore(TransformerTopology.ENTITIES);
    this.form = TransformerTopology.FORM.of(entities);
    this.entities = entities;
    this.store = TransformerTopology.TASK_WATERMARKS.of(entities);
    byte[] saved = store.get(KEY);
    watermarks = saved == null ? new PeerWatermarks() : PeerWatermarks.fromBytes(saved);
    this.panes =
        new EntityPanes(
            plan,
            TransformerTopology.PANES.of(entities),
            store,
            new DueIndex(context.getStateStore(TransformerTopology.QUIET)),
            watermarks.combined());
    this.lookUps = new LookUps(TransformerTopology.LOOK_UPS.of(entities), plan.version());
    this.announced = Watermarks.NONE; // a revived task is initialised again
    this.begun = false;
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    context.schedule(ANNOUNCE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> announce());
    context.schedule(EVICTION_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> evict());
  }

  /** A cached store takes nothing in init. */
  private void begin() {
    if (!begun) {
      begun = true;
      panes.begin();
      if (form != TransformerTopology.FORM.current()) {
        TransformerTopology.FORM.write(entities);
      }
    }
  }

  @Override
  public void process(Record<String, byte[]> record) {
    begin();
    Optional<EntityMessage> message = EntityMessage.read(record.value());
    if (message.isEmpty() || record.key() == null || isOfNoExample(message.get())) {
      RecordMetadata place = context.recordMetadata().orElseThrow();
      skip(place.topic(), place.offset());
      return;
    }
    switch (message.get()) {
      case EntityMessage.Update update -> panes.add(record.key(), update, watermarks.combined());
      case EntityMessage.LookUp lookUp -> {
        long readyAt = panes.readyAt(record.key(), lookUp.time());
        if (lookUp.version() == plan.version() && isReady(readyAt)) {
          answer(record.key(), lookUp, false, watermarks.combined());
        } else if (lookUp.version() >= plan.version()) {
          lookUps.add(readyAt, record.key(), lookUp, context.currentSystemTimeMs());
        } // an older version's is asked again by the joiner
      }
      case EntityMessage.Carries carries -> panes.accept(carries);
      case EntityMessage.Passed passed -> {
        watermarks.passed(passed.source(), passed.sources(), passed.time());
        store.put(KEY, watermarks.toBytes());
        answerReady();
      }
      case EntityMessage.Idle idle -> {
        watermarks.idle(idle.source(), idle.sources(), idle.cut());
        store.put(KEY, watermarks.toBytes());
        answerReady();
      }
    }
  }

  private void skip(String topic, long offset) {
    SkippedRecords.skip(
        topic,
        context.taskId().partition(),
        offset,
        ErrorCode.UNDECODABLE,
        "no message to an entity");
  }

  /** Asked for an example that there can't be. */
  private static boolean isOfNoExample(EntityMessage message) {
    return message instanceof EntityMessage.LookUp lookUp
        && Limit.KEY_FIELD_CHARACTERS.isExceededBy(lookUp.id().length());
  }

  private boolean isReady(long readyAt) {
    return readyAt <= watermarks.combined() || watermarks.allIdle();
  }

  private void answerReady() {
    lookUps.take(
        watermarks.allIdle() ? Long.MAX_VALUE : watermarks.combined(),
        (key, lookUp) -> answer(key, lookUp, false, Watermarks.NONE));
  }

  private void tick(long nowMillis) {
    begin();
    answerReady();
    long present =
        TimeUnit.MILLISECONDS.toMicros(nowMillis)
            - TimeUnit.NANOSECONDS.toMicros(PRESENT.toNanos());
    lookUps.takeImpatient(
        present,
        present - plan.longestPaneMicros(),
        nowMillis - PATIENCE.toMillis(),
        (key, lookUp) -> answer(key, lookUp, true, Watermarks.NONE));
  }

  private void answer(String key, EntityMessage.LookUp lookUp, boolean impatient, long passed) {
    Answer answer =
        panes.knows(key)
            ? panes.answer(key, lookUp, impatient, passed)
            : new Answer(
                lookUp.version(),
                Answer.NO_ENTITY,
                impatient,
                new @Nullable Object[0],
                plan.keptVersion(),
                true);
    context.forward(
        new Record<>(
            lookUp.id(),
            new PaneOutput.ToExample(answer.toBytes()),
            context.currentSystemTimeMs()));
  }

  private void announce() {
    begin();
    long watermark = watermarks.combined();
    panes.announceChanged(watermark, this::forward);
    if (watermark > announced) {
      forward(panes.watermark(context.taskId().partition(), watermark));
      announced = watermark;
    }
  }

  private void evict() {
    begin();
    panes.evictQuiet(watermarks.combined(), this::forward);
  }

  private void forward(Announcement announcement) {
    context.forward(
        new Record<>(
            announcement.key(),
            new PaneOutput.ToFeatures(announcement.value()),
            context.currentSystemTimeMs()));
  }
}
