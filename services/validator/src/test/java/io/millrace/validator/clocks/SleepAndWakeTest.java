package io.millrace.validator.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.PeerWatermarks;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.validator.messages.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The clocks of a whole pipeline under a random schedule: each log is read in its order, but when
 * who reads what is chance, tasks pause and start again, and brokers don't always answer.
 *
 * <p>An episode of events is written to all partitions after a rest: while all are awake still,
 * while one after another falls asleep, or once all sleep, wherever the readers are by then; some
 * begin with a watermark for all, as a replay does. Who reads a partition knows its end from its
 * last fetch, which may be much older. As no source slept while others were awake, no event may be
 * late anywhere.
 */
final class SleepAndWakeTest {
  private static final int STREAMS = 2;
  private static final int SOURCES = 3;
  private static final int TASKS = 3;
  private static final int PANES = 2;
  private static final int EPISODES = 4;

  /** In ticks: all partitions rest for so long or longer between two episodes. */
  private static final int SHORTEST_REST = 70;

  /** In ticks: it takes about half of this until all have fallen asleep. */
  private static final int LONGEST_REST = 3_000;

  /** In ticks: now and then a reader hears nothing of its partition's end for so long. */
  private static final int LONGEST_FETCH = 4_000;

  /** In ticks, between the watermark for all and the events. */
  private static final int LONGEST_PREPARATION = 40;

  private static final int TICK_MILLIS = 100;

  /** What stands in a log: an event, a word, or neither. */
  private sealed interface Entry {
    record Event(long time, int task, int pane) implements Entry {}

    record Promise(long time) implements Entry {}

    record Junk() implements Entry {}

    record Word(Message message) implements Entry {}

    record Marked(Mark mark) implements Entry {}

    record Peer(int task, Mark mark) implements Entry {}
  }

  /** A partition: entries, of which some (transaction markers) are never read. */
  private final class Log {
    private final List<Entry> entries = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final Set<Integer> markers = new TreeSet<>();

    void add(Entry entry) {
      entries.add(entry);
      times.add(now);
    }

    void addMarker() {
      markers.add(entries.size());
      add(new Entry.Junk());
    }
  }

  /** A reader of a log, which stands somewhere. */
  private static final class Reader {
    private final Log log;
    private int position;

    Reader(Log log) {
      this.log = log;
    }

    boolean isAtEnd() {
      return position == log.entries.size();
    }

    Entry next() {
      return log.entries.get(position++);
    }
  }

  private final class CheckTask {
    private final int stream;
    private final int source;
    private final Reader input;
    private SourceClock clock = new SourceClock();
    private boolean saidIdle;
    private long ticked;
    private long fetching;
    private int end;

    CheckTask(int stream, int source) {
      this.stream = stream;
      this.source = source;
      this.input = new Reader(inputs[stream][source]);
    }

    void step() {
      if (now >= fetching) {
        end = input.log.entries.size();
        fetching = now + random.nextInt(random.nextInt(20) == 0 ? LONGEST_FETCH : 20);
      }
      if (input.position == end || random.nextInt(3) == 0) {
        if (ticked < now) {
          ticked = now;
          tell(
              clock.tick(
                  input.position == end ? OptionalLong.of(input.position) : OptionalLong.empty()));
        }
        return;
      }
      boolean marker = input.log.markers.contains(input.position);
      long at = input.log.times.get(input.position) * TICK_MILLIS;
      Entry entry = input.next();
      if (marker) {
        return;
      }
      tell(clock.record(OptionalLong.of(at)));
      if (entry instanceof Entry.Promise promise) {
        tell(clock.mark(promise.time()));
      } else if (entry instanceof Entry.Event event) {
        tell(clock.event(event.time()));
        byId[event.task()].add(new Entry.Word(message(event)));
        sent.put(event.time(), event);
      }
    }

    private Message message(Entry.Event event) {
      return new Message.Event(
          stream,
          new io.millrace.validator.messages.Origin(source, 0, null),
          event.time(),
          new byte[0],
          new byte[0],
          List.of());
    }

    private void tell(Signal signal) {
      switch (signal) {
        case Signal.Nothing nothing -> {}
        case Signal.Passed passed -> {
          saidIdle = false;
          tell(new Message.Passed(stream, source, passed.micros()));
        }
        case Signal.Idle idle -> {
          saidIdle = true;
          tell(new Message.Idle(stream, source, idle.at()));
        }
      }
    }

    private void tell(Message message) {
      for (Log log : byId) {
        log.add(new Entry.Word(message));
      }
    }

    boolean isAsleep() {
      return saidIdle && input.isAtEnd();
    }

    void restart() {
      clock = new SourceClock();
    }
  }

  /** As {@code DeduplicateProcessor} has it. */
  private final class DeduplicateTask {
    private final int task;
    private final Reader input;
    private final TaskClock[] clocks = new TaskClock[STREAMS];
    private long round;

    DeduplicateTask(int task) {
      this.task = task;
      this.input = new Reader(byId[task]);
      for (int stream = 0; stream < STREAMS; stream++) {
        clocks[stream] = new TaskClock(new Watermarks(), SOURCES);
      }
    }

    void step() {
      if (random.nextInt(4) == 0) {
        settle();
      }
      if (input.isAtEnd() || !(input.next() instanceof Entry.Word word)) {
        return;
      }
      TaskClock clock = clocks[word.message().stream()];
      switch (word.message()) {
        case Message.Event event -> {
          assertThat(clock.isLate(event.time())).as("late in task %s", task).isFalse();
          outputs[event.stream()][task].add(sent.get(event.time()));
        }
        case Message.Passed passed -> {
          if (clock.wakes(passed.source(), passed.micros())) {
            round++;
            for (int other = 0; other < STREAMS; other++) {
              if (other != passed.stream()) {
                tell(other, clocks[other].doubt());
              }
            }
          }
          tell(passed.stream(), clock.passed(passed.source(), passed.micros()));
        }
        case Message.Idle idle -> tell(idle.stream(), clock.idle(idle.source(), idle.position()));
        case Message.Foreign foreign -> throw new AssertionError("nobody else writes here");
      }
    }

    private void settle() {
      for (int stream = 0; stream < STREAMS; stream++) {
        if (clocks[stream].doubted().isEmpty() || random.nextInt(3) == 0) {
          continue; // the brokers don't answer
        }
        Map<Integer, Long> ends = new HashMap<>();
        for (int source : clocks[stream].doubted()) {
          ends.put(source, (long) inputs[stream][source].entries.size());
        }
        for (Signal signal : clocks[stream].end(ends)) {
          tell(stream, signal);
        }
      }
    }

    private void tell(int stream, Signal signal) {
      switch (signal) {
        case Signal.Nothing nothing -> {}
        case Signal.Passed passed ->
            outputs[stream][task].add(new Entry.Marked(new Mark.Passed(passed.micros(), round)));
        case Signal.Idle idle ->
            outputs[stream][task].add(new Entry.Marked(new Mark.Idle(idle.at(), round)));
      }
    }

    void restart() {
      for (int stream = 0; stream < STREAMS; stream++) {
        clocks[stream] = new TaskClock(Watermarks.fromBytes(clocks[stream].toBytes()), SOURCES);
      }
    }
  }

  /** As {@code EventJoinProcessor} has it. */
  private final class JoinTask {
    private final int task;
    private final Reader[] readers = new Reader[STREAMS];
    private Watermarks watermarks = new Watermarks();

    JoinTask(int task) {
      this.task = task;
      for (int stream = 0; stream < STREAMS; stream++) {
        readers[stream] = new Reader(outputs[stream][task]);
      }
    }

    void step() {
      int stream = random.nextInt(STREAMS);
      if (readers[stream].isAtEnd()) {
        return;
      }
      switch (readers[stream].next()) {
        case Entry.Event event -> {
          assertThat(event.time()).as("late in join").isGreaterThan(watermarks.combined());
          entities[event.pane()].add(event);
        }
        case Entry.Marked marked -> mark(stream, marked.mark());
        default -> throw new AssertionError();
      }
    }

    private void mark(int stream, Mark mark) {
      long before = watermarks.combined();
      long cutBefore = watermarks.cut();
      boolean idleBefore = watermarks.allIdle();
      switch (mark) {
        case Mark.Passed passed ->
            watermarks.passed(stream, STREAMS, passed.micros(), passed.round());
        case Mark.Idle idle -> watermarks.idle(stream, STREAMS, idle.cut(), idle.round());
      }
      if (watermarks.allIdle()) {
        if (!idleBefore || watermarks.cut() != cutBefore) {
          broadcast(new Mark.Idle(watermarks.cut(), 0));
        }
      } else if (watermarks.combined() > before || idleBefore) {
        broadcast(new Mark.Passed(watermarks.awake(), 0));
      }
    }

    private void broadcast(Mark mark) {
      for (Log log : entities) {
        log.add(new Entry.Peer(task, mark));
      }
    }

    void restart() {
      watermarks = Watermarks.fromBytes(watermarks.toBytes());
    }
  }

  /** As {@code PaneProcessor} has it. */
  private final class PaneTask {
    private final int pane;
    private final Reader input;
    private PeerWatermarks watermarks = new PeerWatermarks();
    private int events;

    PaneTask(int pane) {
      this.pane = pane;
      this.input = new Reader(entities[pane]);
    }

    void step() {
      if (input.isAtEnd()) {
        return;
      }
      switch (input.next()) {
        case Entry.Event event -> {
          assertThat(event.time()).as("late in panes").isGreaterThan(watermarks.combined());
          assertThat(watermarks.allIdle()).as("an event of a task that sleeps").isFalse();
          events++;
        }
        case Entry.Peer peer -> {
          switch (peer.mark()) {
            case Mark.Passed passed -> watermarks.passed(peer.task(), TASKS, passed.micros());
            case Mark.Idle idle -> watermarks.idle(peer.task(), TASKS, idle.cut());
          }
          if (watermarks.allIdle()) {
            assertThat(expected.get(pane)).as("whole episodes").contains(events);
          }
        }
        default -> throw new AssertionError();
      }
    }

    void restart() {
      watermarks = PeerWatermarks.fromBytes(watermarks.toBytes());
    }
  }

  private Random random = new Random();
  private Log[][] inputs = new Log[0][];
  private Log[] byId = new Log[0];
  private Log[][] outputs = new Log[0][];
  private Log[] entities = new Log[0];
  private Map<Long, Entry.Event> sent = new HashMap<>();

  /** How many events a pane has after each episode. */
  private List<Set<Integer>> expected = new ArrayList<>();

  private final List<CheckTask> checks = new ArrayList<>();
  private final List<DeduplicateTask> deduplicates = new ArrayList<>();
  private final List<JoinTask> joins = new ArrayList<>();
  private final List<PaneTask> panes = new ArrayList<>();
  private long time;
  private long now;
  private long appended;

  @Property(tries = 100)
  void shouldLoseNothingWaitForNobodyForEverAndFallSilent(@ForAll long seed) {
    begin(seed);
    for (int episode = 0; episode < EPISODES; episode++) {
      append();
      int rest = SHORTEST_REST + random.nextInt(LONGEST_REST - SHORTEST_REST);
      runUntil(() -> now - appended >= rest);
    }
    runUntil(() -> isAllRead() && panes.stream().allMatch(pane -> pane.watermarks.allIdle()));

    steps(); // one that was started again says once more that it is idle
    long written = written();
    steps();

    assertThat(written()).as("records written while nothing comes").isEqualTo(written);
    for (PaneTask pane : panes) {
      assertThat(pane.events)
          .isEqualTo(expected.get(pane.pane).stream().max(Integer::compare).get());
    }
  }

  private void steps() {
    for (int i = 0; i < 20_000; i++) {
      step();
    }
  }

  private void begin(long seed) {
    random = new Random(seed);
    inputs = logs(STREAMS, SOURCES);
    outputs = logs(STREAMS, TASKS);
    byId = logs(1, TASKS)[0];
    entities = logs(1, PANES)[0];
    sent = new HashMap<>();
    expected = new ArrayList<>();
    time = 0;
    now = 0;
    appended = 0;
    checks.clear();
    deduplicates.clear();
    joins.clear();
    panes.clear();
    for (int stream = 0; stream < STREAMS; stream++) {
      for (int source = 0; source < SOURCES; source++) {
        checks.add(new CheckTask(stream, source));
      }
    }
    for (int task = 0; task < TASKS; task++) {
      deduplicates.add(new DeduplicateTask(task));
      joins.add(new JoinTask(task));
    }
    for (int pane = 0; pane < PANES; pane++) {
      panes.add(new PaneTask(pane));
      expected.add(new TreeSet<>(Set.of(0)));
    }
    if (random.nextBoolean()) { // the first episode finds them asleep
      runUntil(() -> checks.stream().allMatch(CheckTask::isAsleep));
    }
  }

  private Log[][] logs(int rows, int columns) {
    Log[][] logs = new Log[rows][columns];
    for (Log[] row : logs) {
      for (int i = 0; i < columns; i++) {
        row[i] = new Log();
      }
    }
    return logs;
  }

  /** Events in order of time over all partitions, in some of them none, and records of no time. */
  private void append() {
    int[] counts = new int[PANES];
    if (random.nextBoolean()) {
      for (Log[] row : inputs) {
        for (Log input : row) {
          input.add(new Entry.Promise(time));
        }
      }
      for (int i = random.nextInt(LONGEST_PREPARATION); i > 0; i--) {
        step();
      }
    }
    for (int i = random.nextInt(40); i > 0; i--) {
      time += 10;
      int pane = random.nextInt(PANES);
      counts[pane]++;
      Log input = inputs[random.nextInt(STREAMS)][random.nextInt(SOURCES)];
      input.add(new Entry.Event(time, random.nextInt(TASKS), pane));
    }
    for (int pane = 0; pane < PANES; pane++) {
      int most = expected.get(pane).stream().max(Integer::compare).orElseThrow();
      expected.get(pane).add(most + counts[pane]);
    }
    junk();
  }

  private void junk() {
    appended = now;
    Log input = inputs[random.nextInt(STREAMS)][random.nextInt(SOURCES)];
    if (random.nextBoolean()) {
      input.add(new Entry.Junk());
    } else {
      input.addMarker();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private void runUntil(Condition condition) {
    int steps = 0;
    while (!condition.holds()) {
      assertThat(steps++).as("steps, so that nobody waits for ever").isLessThan(1_000_000);
      step();
      disturb();
    }
  }

  /** One task takes some steps, and the others none. */
  private void step() {
    now++;
    int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 10);
    int who = random.nextInt(checks.size() + 2 * TASKS + PANES);
    Runnable one =
        who < checks.size()
            ? checks.get(who)::step
            : who < checks.size() + TASKS
                ? deduplicates.get(who - checks.size())::step
                : who < checks.size() + 2 * TASKS
                    ? joins.get(who - checks.size() - TASKS)::step
                    : panes.get(who - checks.size() - 2 * TASKS)::step;
    for (int i = 0; i < count; i++) {
      one.run();
    }
  }

  private void disturb() {
    if (random.nextInt(3_000) == 0) {
      junk();
    }
    if (random.nextInt(100) == 0) {
      deduplicates.get(random.nextInt(TASKS)).restart();
      joins.get(random.nextInt(TASKS)).restart();
      panes.get(random.nextInt(PANES)).restart();
    }
    if (random.nextInt(5_000) == 0) {
      checks.get(random.nextInt(checks.size())).restart();
    }
  }

  private boolean isAllRead() {
    return deduplicates.stream().allMatch(task -> task.input.isAtEnd())
        && joins.stream().allMatch(task -> List.of(task.readers).stream().allMatch(Reader::isAtEnd))
        && panes.stream().allMatch(task -> task.input.isAtEnd())
        && checks.stream().allMatch(CheckTask::isAsleep);
  }

  private long written() {
    long records = 0;
    for (Log[][] all : List.of(outputs, new Log[][] {byId, entities})) {
      for (Log[] row : all) {
        for (Log log : row) {
          records += log.entries.size();
        }
      }
    }
    return records;
  }
}
