package io.millrace.monitor.windows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.messaging.watermarks.Mark;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What travels to the one task that judges a pipeline. */
public sealed interface JudgeMessage {
  /** What event time is told of. */
  enum Source {
    PREDICTIONS,
    LABELS
  }

  /** All that a partition has counted in one group of a window; replaces what it told before. */
  record Snapshot(int partition, long window, Group group, byte[] cells) implements JudgeMessage {}

  /** A partition has passed a time: all that it counted up to it was told before. */
  record Passed(Source source, int partition, int partitions, long time) implements JudgeMessage {
    public Passed {
      requirePartition(partition, partitions);
      if (time > Mark.LATEST) {
        throw new IllegalArgumentException("a time that never comes");
      }
    }
  }

  /**
   * A partition has nothing to wait for.
   *
   * @param cut how far all streams had been read then, as one number
   */
  record Idle(Source source, int partition, int partitions, long cut) implements JudgeMessage {
    public Idle {
      requirePartition(partition, partitions);
    }
  }

  /** More than any broker has. */
  int MOST_PARTITIONS = 100_000;

  private static void requirePartition(int partition, int partitions) {
    if (partition < 0 || partition >= partitions || partitions > MOST_PARTITIONS) {
      throw new IllegalArgumentException("no partition");
    }
  }

  byte SNAPSHOT = 0;
  byte PASSED = 1;
  byte IDLE = 2;

  default byte[] toBytes() {
    return switch (this) {
      case Snapshot s -> {
        byte[] group = s.group.text().getBytes(UTF_8);
        yield ByteBuffer.allocate(1 + 4 + 8 + 4 + group.length + s.cells.length)
            .put(SNAPSHOT)
            .putInt(s.partition)
            .putLong(s.window)
            .putInt(group.length)
            .put(group)
            .put(s.cells)
            .array();
      }
      case Passed p ->
          ByteBuffer.allocate(18)
              .put(PASSED)
              .put((byte) p.source.ordinal())
              .putInt(p.partition)
              .putInt(p.partitions)
              .putLong(p.time)
              .array();
      case Idle i ->
          ByteBuffer.allocate(18)
              .put(IDLE)
              .put((byte) i.source.ordinal())
              .putInt(i.partition)
              .putInt(i.partitions)
              .putLong(i.cut)
              .array();
    };
  }

  /** The inverse of {@link #toBytes}; empty for what is none. */
  static Optional<JudgeMessage> read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      JudgeMessage message = fromBytes(bytes);
      if (message instanceof Snapshot snapshot) {
        new WindowTally.Builder().add(snapshot.group, snapshot.cells).build();
      }
      return Optional.of(message);
    } catch (RuntimeException e) { // whatever counting fails at is no count
      return Optional.empty();
    }
  }

  private static JudgeMessage fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte kind = in.get();
    return switch (kind) {
      case SNAPSHOT -> {
        int partition = in.getInt();
        long window = in.getLong();
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new BufferUnderflowException();
        }
        byte[] group = new byte[length];
        in.get(group);
        byte[] cells = new byte[in.remaining()];
        in.get(cells);
        yield new Snapshot(partition, window, Group.of(new String(group, UTF_8)), cells);
      }
      case PASSED -> new Passed(SOURCES[in.get()], in.getInt(), in.getInt(), in.getLong());
      case IDLE -> new Idle(SOURCES[in.get()], in.getInt(), in.getInt(), in.getLong());
      default -> throw new IllegalArgumentException("no message to the judge: " + kind);
    };
  }

  Source[] SOURCES = Source.values();
}
