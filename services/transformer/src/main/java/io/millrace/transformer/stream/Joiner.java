package io.millrace.transformer.stream;

import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.KeptValues;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.transformer.stream.Pending.LabelState;
import io.millrace.transformer.stream.Pending.Phase;
import io.millrace.transformer.stream.TaskCounts.Count;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Joins examples, labels and the answers about their entities by id: example → look-ups; label →
 * updates of its example's entities; the last answer → the vector; vector and label in time → the
 * row. The order in which they come makes no difference.
 *
 * <p>Vector and row are of one version of the pipeline: the one that runs when the vector is made,
 * which goes with what is pending. An example whose vector is not made when the version changes is
 * asked for again by the new one; a vector that waits for its label becomes a row by its own.
 */
final class Joiner {
  /** Where the joiner's output goes. */
  interface Sink {
    /**
     * @param micros event time of what is sent
     */
    void send(String key, Output output, long micros);
  }

  /** In one go. */
  private static final int MOST_EXPIRED = 10_000;

  private static final byte[] NOTHING = {};

  /** What reads and writes by one version. */
  private record Forms(
      JoinPlan plan, ExampleReader examples, LabelReader labels, VectorEncoder encoder) {
    static Forms of(JoinPlan plan) {
      return new Forms(plan, plan.exampleReader(), plan.labelReader(), plan.encoder());
    }
  }

  private final JoinPlan plan;
  private final Forms running;
  private final Map<Integer, Optional<Forms>> others = new HashMap<>();
  private final ExampleReader examples;
  private final LabelReader labels;
  private final KeyValueStore<String, byte[]> store;
  private final List<long[]> seriesIds;
  private final TaskCounts counts;
  private final DueIndex gathering;
  private final DueIndex expiring;
  private final Sink sink;

  Joiner(
      JoinPlan plan,
      KeyValueStore<String, byte[]> store,
      DueIndex gathering,
      DueIndex expiring,
      TaskCounts counts,
      Sink sink) {
    this.plan = plan;
    this.running = Forms.of(plan);
    this.examples = running.examples();
    this.labels = running.labels();
    this.seriesIds = plan.seriesIds();
    this.store = store;
    this.gathering = gathering;
    this.expiring = expiring;
    this.counts = counts;
    this.sink = sink;
  }

  /** An example as somebody has written it. */
  Decoded<GenericRecord> decodeExample(byte[] value) {
    return examples.decode(value);
  }

  /** A label event as somebody has written it. */
  Decoded<GenericRecord> decodeLabel(byte[] value) {
    return labels.decode(value);
  }

  /** Returns the example's event time. */
  long example(String id, byte[] value, GenericRecord example) {
    Pending pending = ask(id, value, example);
    Pending waiting = load(id);
    if (waiting != null && waiting.phase() == Phase.NO_EXAMPLE) {
      expiry(waiting).ifPresent(time -> expiring.remove(time, id));
      pending = joinLabel(pending, example, waiting.label(), labels.read(waiting.label()));
    }
    finish(id, pending);
    return pending.exampleTime();
  }

  /** Returns the label's event time. */
  long label(String id, byte[] value, GenericRecord event) {
    Pending pending = load(id);
    if (pending == null || pending.phase() == Phase.NO_EXAMPLE) {
      long time = labels.time(event);
      keep(id, Pending.ofLabel(time, value));
      return time;
    }
    GenericRecord example =
        pending.phase() == Phase.VECTOR_SENT
            ? examples.readVector(pending.body())
            : examples.read(pending.body());
    Pending joined = joinLabel(pending, example, value, event);
    finish(id, joined);
    return joined.labelTime();
  }

  void answer(String id, Answer answer) {
    Pending pending = load(id);
    if (pending != null
        && pending.phase() == Phase.GATHERING
        && pending.version() == answer.version()
        && pending.version() == plan.version()
        && pending.kept() == plan.keptVersion()) {
      Pending answered = pending;
      for (Answer part : plan.asAsked(answer)) {
        answered = answered.withAnswer(part);
      }
      finish(id, answered);
    }
  }

  /** Asks again for what was asked for another version of the pipeline, or beside another. */
  void askAgain() {
    for (String id : gathering.keys()) {
      Pending pending = load(id);
      if (pending != null
          && pending.phase() == Phase.GATHERING
          && (pending.version() != plan.version() || pending.kept() != plan.keptVersion())) {
        byte[] body = pending.body();
        Pending asked = ask(id, body, examples.read(body));
        finish(id, asked.withLabel(labelState(pending), pending.labelTime(), pending.label()));
      }
    }
  }

  /** In an older form a label was judged before its vector was there, by that version. */
  private LabelState labelState(Pending pending) {
    if (pending.labelState() != LabelState.IN_TIME) {
      return pending.labelState();
    }
    counts.add(Count.LABELS_WITHOUT_VALUE);
    return LabelState.WITHOUT_ROW;
  }

  /**
   * Forgets what can no longer become a row, once everything up to {@code watermark} has come; as
   * much of it as a transaction can do in time, from the earliest on.
   */
  void expire(long watermark) {
    for (DueIndex.Due due : expiring.take(watermark, MOST_EXPIRED)) {
      Pending pending = load(due.key());
      OptionalLong expiry = pending == null ? OptionalLong.empty() : expiry(pending);
      if (pending == null || expiry.isEmpty()) {
        continue; // it has gone on meanwhile
      }
      if (expiry.getAsLong() < watermark) {
        counts.add(
            pending.phase() == Phase.NO_EXAMPLE
                ? Count.LABELS_WITHOUT_EXAMPLE
                : Count.EXAMPLES_WITHOUT_LABEL);
        store.delete(due.key());
      } else {
        expiring.add(expiry.getAsLong(), due.key());
      }
    }
  }

  /** After which time nothing comes of it any more; empty while it waits for something else. */
  private OptionalLong expiry(Pending pending) {
    return switch (pending.phase()) {
      case NO_EXAMPLE -> OptionalLong.of(pending.labelTime() + plan.keepMicros());
      case GATHERING -> OptionalLong.empty();
      case VECTOR_SENT ->
          OptionalLong.of(
              pending.exampleTime() + forms(pending).map(Forms::plan).orElse(plan).keepMicros());
    };
  }

  /** Builds both orders anew from what is pending, as a task begins. */
  void index() {
    gathering.clear();
    expiring.clear();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        Pending pending = Pending.fromBytes(entry.value);
        if (pending.phase() == Phase.GATHERING) {
          gathering.add(pending.exampleTime(), entry.key);
        }
        expiry(pending).ifPresent(time -> expiring.add(time, entry.key));
      }
    }
  }

  private Pending ask(String id, byte[] value, GenericRecord example) {
    long time = examples.time(example);
    List<EntityFeatures> entities = plan.entities();
    @Nullable Object[] @Nullable [] answers = new @Nullable Object[entities.size()] @Nullable [];
    for (int i = 0; i < answers.length; i++) {
      String key = examples.entity(example, i);
      if (key == null) {
        answers[i] = new @Nullable Object[entities.get(i).features().size()];
      } else {
        toEntity(i, key, new EntityMessage.LookUp(plan.version(), time, id), time);
      }
    }
    return Pending.ofExample(plan.version(), time, value, answers, plan.keptVersion());
  }

  /** Into the windows by the version that runs, into the row by the vector's. */
  private Pending joinLabel(
      Pending pending, GenericRecord example, byte[] event, GenericRecord label) {
    long time = labels.time(label);
    Object value = labels.label(label);
    Object kept = labels.keptLabel(label);
    // A label from before its own example would count for it: it stays out of the windows.
    if (time <= pending.exampleTime()) {
      counts.add(Count.LABELS_NOT_AFTER_EXAMPLE);
    } else {
      for (int i = 0; i < plan.entities().size(); i++) {
        String key = examples.entity(example, i);
        if (key != null) {
          toEntity(
              i,
              key,
              new EntityMessage.Update(
                  plan.version(), time, seriesIds.get(i), labels.values(label, value, kept, i)),
              time);
        }
      }
    }
    Pending waiting = pending.withLabel(LabelState.WAITING_FOR_VECTOR, time, event);
    if (pending.phase() != Phase.VECTOR_SENT) {
      return waiting;
    }
    return pending.version() == plan.version() ? judge(running, waiting, value) : judge(waiting);
  }

  /** What a vector's label is by its version. */
  private Pending judge(Pending pending) {
    Optional<Forms> forms = forms(pending);
    if (forms.isEmpty()) {
      counts.add(Count.VECTORS_OF_FORGOTTEN_VERSION);
      return pending.withLabel(LabelState.WITHOUT_ROW, pending.labelTime(), NOTHING);
    }
    LabelReader own = forms.get().labels();
    // a later version may have widened what it reads to what this one can't take
    Object value =
        own.decode(pending.label())
                instanceof Decoded.Value<GenericRecord>(GenericRecord label, int schema)
            ? own.label(label)
            : null;
    return judge(forms.get(), pending, value);
  }

  private Pending judge(Forms own, Pending pending, @Nullable Object value) {
    long time = pending.labelTime();
    if (value == null) {
      counts.add(Count.LABELS_WITHOUT_VALUE);
      return pending.withLabel(LabelState.WITHOUT_ROW, time, NOTHING);
    }
    if (time > pending.exampleTime() + own.plan().withinMicros()) {
      counts.add(Count.LABELS_AFTER_BOUND);
      return pending.withLabel(LabelState.WITHOUT_ROW, time, NOTHING);
    }
    return pending.withLabel(LabelState.IN_TIME, time, own.encoder().label(value, time));
  }

  /** Of the version that goes with what is pending; empty when nobody knows it any more. */
  private Optional<Forms> forms(Pending pending) {
    return pending.version() == plan.version()
        ? Optional.of(running)
        : others.computeIfAbsent(pending.version(), version -> plan.of(version).map(Forms::of));
  }

  private void finish(String id, Pending state) {
    Pending pending = state;
    if (pending.phase() == Phase.GATHERING && pending.isAnswered()) {
      @Nullable Object[] windowed = inOrder(pending.answers());
      byte[] vector =
          running
              .encoder()
              .vector(
                  pending.body(),
                  examples.read(pending.body()),
                  examples,
                  windowed,
                  pending.incomplete());
      sink.send(
          id,
          new Output.Vector(vector, pending.version(), kept(windowed, pending.keptIncomplete())),
          pending.exampleTime());
      counts.add(Count.VECTORS);
      if (pending.incomplete()) {
        counts.add(Count.INCOMPLETE);
      }
      pending = pending.withVector(vector);
      gathering.remove(pending.exampleTime(), id);
      if (pending.labelState() == LabelState.WAITING_FOR_VECTOR) {
        pending = judge(pending);
      }
    } else if (pending.phase() == Phase.GATHERING) {
      gathering.add(pending.exampleTime(), id);
    }
    if (pending.phase() == Phase.VECTOR_SENT && pending.labelState() == LabelState.IN_TIME) {
      Forms own = forms(pending).orElseThrow(); // as it has judged the label
      byte[] row = own.encoder().row(pending.body(), own.examples(), pending.label());
      sink.send(id, new Output.Row(row, pending.version()), pending.exampleTime());
      counts.add(Count.ROWS);
      forget(id, pending);
    } else if (pending.phase() == Phase.VECTOR_SENT
        && pending.labelState() == LabelState.WITHOUT_ROW) {
      forget(id, pending);
    } else {
      keep(id, pending);
    }
  }

  private void keep(String id, Pending pending) {
    store.put(id, pending.toBytes());
    expiry(pending).ifPresent(time -> expiring.add(time, id));
  }

  private void forget(String id, Pending pending) {
    store.delete(id);
    expiry(pending).ifPresent(time -> expiring.remove(time, id));
  }

  private Optional<KeptValues> kept(@Nullable Object[] windowed, boolean incomplete) {
    if (plan.keptVersion() == 0) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    int position = plan.windowed().size();
    for (Windowed feature : plan.kept()) {
      values.put(feature.name(), windowed[position++]);
    }
    return Optional.of(new KeptValues(plan.keptVersion(), incomplete, values));
  }

  /** The entities' answers as the pipeline orders its windowed features; the kept ones last. */
  private @Nullable Object[] inOrder(@Nullable Object[] @Nullable [] answers) {
    @Nullable Object[] values = new @Nullable Object[plan.windowed().size() + plan.kept().size()];
    for (int i = 0; i < answers.length; i++) {
      @Nullable Object[] answer = answers[i];
      int[] positions = plan.entities().get(i).positions();
      for (int j = 0; answer != null && j < positions.length; j++) {
        values[positions[j]] = answer[j];
      }
    }
    return values;
  }

  private void toEntity(int entity, String key, EntityMessage message, long micros) {
    sink.send(
        plan.entities().get(entity).entity() + "/" + key,
        new Output.ToEntity(message.toBytes()),
        micros);
  }

  private @Nullable Pending load(String id) {
    byte[] bytes = store.get(id);
    return bytes == null ? null : Pending.fromBytes(bytes);
  }
}
